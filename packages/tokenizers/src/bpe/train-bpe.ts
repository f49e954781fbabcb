import TinyQueue from "tinyqueue";
import { byteTokens } from "../subword/byte-tokens.js";
import { alphabetOf, countPieces } from "../subword/count-pieces.js";
import { textPipeline } from "../subword/text-pipeline.js";
import type { Tokenizer } from "../tokenizer.js";
import { TokenizerError } from "../tokenizer-error.js";
import { Vocabulary } from "../vocabulary.js";
import { bpeOf } from "./bpe.js";
import type { BpeOptions } from "./bpe-options.js";
import { type Merge, Merges, pairKey } from "./merges.js";

/**
 * Trains the tokenizer `bpe`.
 *
 * @param lines - sentences of the training data
 * @throws TokenizerError when the vocabulary has no room for characters
 */
export function trainBpe(lines: Iterable<string>, options: BpeOptions): Tokenizer {
  const { vocabularySize, byteFallback, coverage, minFrequency, maxLines } = options;
  const base = byteFallback ? byteTokens : [];
  const specials = Vocabulary.of([]).size;
  const room = vocabularySize - specials - base.length;
  if (room < 1) {
    throw new TokenizerError(
      `vocabularySize of the tokenizer bpe must be at least ${specials + base.length + 1}, because it counts ${specials} special tokens and ${base.length} bytes, got ${vocabularySize}. Set it to a larger number${byteFallback ? ", or byteFallback to false" : ""}.`,
    );
  }
  const pieces = countPieces(lines, textPipeline(options), maxLines);
  const alphabet = alphabetOf(pieces, coverage, room);
  const tokens = [...Vocabulary.of([...base, ...alphabet]).tokens];
  const merges = learnMerges(pieces, tokens, { size: vocabularySize, minFrequency });
  return bpeOf({ vocabulary: Vocabulary.fromTokens(tokens), merges: new Merges(merges), options });
}

/** A pair of ids, and how often it occurred when it was put into the queue. */
interface Candidate {
  readonly left: number;
  readonly right: number;
  readonly count: number;
}

/** A piece as ids, and how often it occurs. */
interface Word {
  ids: number[];
  readonly count: number;
}

/**
 * Learns merges. The counts of pairs are kept up to date: each merge visits only the words that contain its pair.
 *
 * @param tokens - tokens by id; the merged ones are added
 */
function learnMerges(
  pieces: ReadonlyMap<string, number>,
  tokens: string[],
  { size, minFrequency }: { readonly size: number; readonly minFrequency: number },
): Merge[] {
  const idOf = new Map(tokens.map((token, id) => [token, id]));
  const words = Array.from(pieces, ([piece, count]): Word => {
    return { ids: Array.from(piece, (character) => idOf.get(character) ?? unknown), count };
  });
  const pairs = new PairCounts();
  for (const word of words) pairs.add(word, word.count);
  const queue = new TinyQueue<Candidate>(
    pairs.takeRisen(),
    (a, b) => b.count - a.count || a.left - b.left || a.right - b.right,
  );
  const merges: Merge[] = [];
  while (tokens.length < size) {
    const top = queue.pop();
    if (top === undefined || top.count < minFrequency) break;
    const { left, right } = top;
    const count = pairs.count(left, right);
    if (count !== top.count) {
      // The entry is stale: other merges took some of the pairs.
      if (count > 0 && count < top.count) queue.push({ left, right, count });
      continue;
    }
    const token = tokens[left]! + tokens[right]!;
    // Two merges can give the same token: ab+c and a+bc.
    const merged = idOf.get(token) ?? tokens.push(token) - 1;
    idOf.set(token, merged);
    merges.push({ left, right, merged });
    for (const word of pairs.wordsOf(left, right)) {
      pairs.add(word, -word.count);
      word.ids = join(word.ids, { left, right, merged });
      pairs.add(word, word.count);
    }
    for (const candidate of pairs.takeRisen()) queue.push(candidate);
  }
  return merges;
}

/** The id of characters that are no tokens. */
const unknown = -1;

function join(ids: readonly number[], { left, right, merged }: Merge): number[] {
  const joined: number[] = [];
  for (let i = 0; i < ids.length; i++) {
    if (ids[i] === left && ids[i + 1] === right) {
      joined.push(merged);
      i++;
    } else joined.push(ids[i]!);
  }
  return joined;
}

/** How often each pair of neighbours occurs, and in which words. */
class PairCounts {
  readonly #pairs = new Map<number, { left: number; right: number; count: number; before: number; words: Set<Word> }>();
  /** The pairs whose count was changed. */
  readonly #changed = new Set<number>();

  count(left: number, right: number): number {
    return this.#pairs.get(pairKey(left, right))?.count ?? 0;
  }

  /** The words that contain a pair, in the order in which they were added. */
  wordsOf(left: number, right: number): readonly Word[] {
    return [...(this.#pairs.get(pairKey(left, right))?.words ?? [])];
  }

  /** Counts the pairs of a word; a negative number takes them back. */
  add(word: Word, count: number): void {
    const { ids } = word;
    for (let i = 0; i + 1 < ids.length; i++) {
      const [left, right] = [ids[i]!, ids[i + 1]!];
      if (left === unknown || right === unknown) continue;
      const key = pairKey(left, right);
      let pair = this.#pairs.get(key);
      if (!pair) {
        pair = { left, right, count: 0, before: 0, words: new Set() };
        this.#pairs.set(key, pair);
      }
      pair.count += count;
      if (count > 0) pair.words.add(word);
      else pair.words.delete(word);
      this.#changed.add(key);
    }
  }

  /** Returns the pairs that occur more often than at the call before. */
  takeRisen(): Candidate[] {
    const risen: Candidate[] = [];
    for (const key of this.#changed) {
      const pair = this.#pairs.get(key)!;
      if (pair.count > pair.before) risen.push({ left: pair.left, right: pair.right, count: pair.count });
      pair.before = pair.count;
      if (pair.count === 0) this.#pairs.delete(key);
    }
    this.#changed.clear();
    return risen;
  }
}
