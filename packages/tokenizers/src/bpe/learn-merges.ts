import TinyQueue from "tinyqueue";
import type { Merge } from "./merges.js";

/** A piece of text as ids, and how often it occurs. */
interface Word {
  ids: number[];
  readonly count: number;
}

/** The id of characters that are no tokens. */
const unknown = -1;

/**
 * Learns merges. The counts of pairs are kept up to date: a merge visits only the words that contain its pair, and a queue
 * gives the most frequent pair. Of equally frequent pairs, the one with the lowest ids is merged first.
 *
 * @param pieces - how often each piece occurs
 * @param tokens - tokens by id; the merged ones are added
 * @param limits - `size`: largest number of tokens; `minFrequency`: least count of a pair that is merged
 */
export function learnMerges(
  pieces: ReadonlyMap<string, number>,
  tokens: string[],
  { size, minFrequency }: { readonly size: number; readonly minFrequency: number },
): Merge[] {
  const idOf = new Map(tokens.map((token, id) => [token, id]));
  const pairs = new Pairs();
  for (const [piece, count] of pieces) {
    const word: Word = { ids: Array.from(piece, (character) => idOf.get(character) ?? unknown), count };
    for (let i = 0; i + 1 < word.ids.length; i++) pairs.add(word.ids[i]!, word.ids[i + 1]!, word);
  }
  const merges: Merge[] = [];
  while (tokens.length < size) {
    const pair = pairs.takeMostFrequent();
    if (pair === undefined || pair.count < minFrequency) break;
    const { left, right, words } = pair;
    const token = tokens[left]! + tokens[right]!;
    // Two merges can give the same token: ab+c and a+bc.
    const merged = idOf.get(token) ?? tokens.push(token) - 1;
    idOf.set(token, merged);
    const merge = { left, right, merged };
    merges.push(merge);
    pair.words = [];
    for (const word of words) mergeWord(word, merge, pairs);
  }
  return merges;
}

/** Merges a pair in a word. The word may have lost it since it was noted. */
function mergeWord(word: Word, { left, right, merged }: Merge, pairs: Pairs): void {
  const { ids } = word;
  if (!ids.includes(left)) return;
  const joined: number[] = [];
  for (let i = 0; i < ids.length; i++) {
    if (ids[i] !== left || ids[i + 1] !== right) {
      joined.push(ids[i]!);
      continue;
    }
    const [before, after] = [joined.at(-1), ids[i + 2]];
    pairs.remove(left, right, word);
    if (before !== undefined) {
      pairs.remove(before, left, word);
      pairs.add(before, merged, word);
    }
    if (after !== undefined) {
      pairs.remove(right, after, word);
      pairs.add(merged, after, word);
    }
    joined.push(merged);
    i++;
  }
  word.ids = joined;
}

interface Pair {
  readonly left: number;
  readonly right: number;
  count: number;
  /** The count of its entry in the queue; 0 when it has none. */
  queued: number;
  /** The words that had the pair when it was counted; some may have lost it, and some may occur twice. */
  words: Word[];
}

/** How often each pair of neighbours occurs, and in which words. */
class Pairs {
  readonly #rows: Map<number, Pair>[] = [];
  /** The pairs whose count has grown beyond that of their entry in the queue. */
  readonly #grown = new Set<Pair>();
  readonly #queue = new TinyQueue<{ readonly pair: Pair; readonly count: number }>(
    [],
    (a, b) => b.count - a.count || a.pair.left - b.pair.left || a.pair.right - b.pair.right,
  );

  /** Counts a pair of a word. */
  add(left: number, right: number, word: Word): void {
    if (left === unknown || right === unknown) return;
    this.#rows[left] ??= new Map();
    let pair = this.#rows[left].get(right);
    if (!pair) {
      pair = { left, right, count: 0, queued: 0, words: [] };
      this.#rows[left].set(right, pair);
    }
    pair.count += word.count;
    if (pair.words.at(-1) !== word) pair.words.push(word);
    if (pair.count > pair.queued) this.#grown.add(pair);
  }

  /** Takes back the count of a pair of a word. */
  remove(left: number, right: number, word: Word): void {
    if (left !== unknown && right !== unknown) this.#rows[left]!.get(right)!.count -= word.count;
  }

  /** Returns the pair with the highest count. */
  takeMostFrequent(): Pair | undefined {
    for (const pair of this.#grown) if (pair.count > pair.queued) this.#enqueue(pair);
    this.#grown.clear();
    for (let top = this.#queue.pop(); top !== undefined; top = this.#queue.pop()) {
      const { pair, count } = top;
      // The pair has another entry with a higher count, which came before.
      if (count !== pair.queued) continue;
      pair.queued = 0;
      if (pair.count === count) return pair;
      if (pair.count > 0) this.#enqueue(pair);
    }
    return undefined;
  }

  #enqueue(pair: Pair): void {
    pair.queued = pair.count;
    this.#queue.push({ pair, count: pair.count });
  }
}
