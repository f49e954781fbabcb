import { type Alignment, DataError } from "@heed/datasets";
import type { Encoding, Tokenizer } from "@heed/tokenizers";
import type { Sides } from "./choose-tokenizers.js";
import type { ReadPair } from "./training-data.js";

/** Turns alignments of words, which white space separates, into alignments of tokens. */
export class WordAligner {
  readonly #tokenizers: Sides<Tokenizer>;
  /** How many words of the tokenizer a word of the text has. */
  readonly #counts: Sides<Map<string, number>> = { source: new Map(), target: new Map() };

  constructor(tokenizers: Sides<Tokenizer>) {
    this.#tokenizers = tokenizers;
  }

  /**
   * Returns the function that aligns the tokens of a pair: each token of a source word with each token of the target words
   * that it is linked to. It returns `undefined` when the words of a tokenizer are not parts of the words of the text.
   *
   * @param place - names the pair in an error
   * @returns `undefined` for a pair without an alignment
   */
  of(
    { source, target, wordAlignment }: ReadPair,
    place: string,
  ): ((source: Encoding, target: Encoding) => Alignment | undefined) | undefined {
    if (!wordAlignment) return undefined;
    return (sourceEncoding, targetEncoding) => {
      const sources = this.#tokensByWord("source", source, sourceEncoding);
      const targets = this.#tokensByWord("target", target, targetEncoding);
      if (!sources || !targets) return undefined;
      return wordAlignment.flatMap(([from, to]) => {
        const [left, right] = [sources[from], targets[to]];
        if (!left || !right) throw outside([from, to], place, sources.length, targets.length);
        return left.flatMap((token) => right.map((other) => [token, other] as const));
      });
    };
  }

  /** Returns the positions of the tokens of each word of a text; null when the tokenizer's words are not parts of them. */
  #tokensByWord(side: "source" | "target", text: string, { words }: Encoding): number[][] | null {
    const given = text.split(/\s+/u).filter(Boolean);
    const owners = given.flatMap((word, i) => Array<number>(this.#count(side, word)).fill(i));
    if (owners.length !== countWords(words)) return null;
    const tokens: number[][] = given.map(() => []);
    for (const [token, word] of words.entries()) tokens[owners[word]!]!.push(token);
    return tokens;
  }

  #count(side: "source" | "target", word: string): number {
    const counts = this.#counts[side];
    const known = counts.get(word);
    if (known !== undefined) return known;
    const count = countWords(this.#tokenizers[side].encode(word).words);
    counts.set(word, count);
    return count;
  }
}

/** Words are numbered from 0, in the order of the tokens. */
function countWords(words: readonly number[]): number {
  return (words.at(-1) ?? -1) + 1;
}

function outside(link: Alignment[number], place: string, sources: number, targets: number): DataError {
  return new DataError(
    `${place}: the alignment links source word ${link[0]} with target word ${link[1]}, but there are ${sources} source words and ${targets} target words, counted from 0 and separated by white space. Check that the alignments belong to this text.`,
  );
}
