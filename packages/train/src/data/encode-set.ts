import { encodePair, PairStore } from "@heed/datasets";
import type { Tokenizer } from "@heed/tokenizers";
import type { Sides } from "./choose-tokenizers.js";
import type { PairSet } from "./read-sets.js";
import type { ReadPair, TextSample } from "./training-data.js";
import type { WordAligner } from "./word-aligner.js";

/** A pair after normalization, with the text as it was. */
export interface Sample extends ReadPair {
  readonly text: TextSample;
}

/** A set of pairs as ids. */
export interface EncodedSet {
  /** `training`, `validation` or `test`. */
  readonly name: string;
  readonly unit: PairSet["unit"];
  readonly pairs: PairStore;
  /** The pairs as text, in the same order. */
  readonly texts: readonly TextSample[];
  /** The pairs as normalized text, in the same order. */
  readonly samples: readonly Sample[];
  /** Number of pairs left out because a side is too long. */
  readonly dropped: number;
  /** The lines of the first ten that were left out. */
  readonly droppedLines: readonly number[];
  /** The lines of the pairs that are kept without their alignment, because words cannot be matched with tokens. */
  readonly unalignedLines: readonly number[];
  /** Number of tokens of the longest source and the longest target, of all pairs. */
  readonly longest: Sides<number>;
  /** Number of tokens of the pairs that are kept. */
  readonly tokens: Sides<number>;
  /** How many of these are unknown. */
  readonly unknown: Sides<number>;
}

/** How {@link encodeSet} encodes. */
export interface EncodeOptions extends Pick<EncodedSet, "name" | "unit"> {
  readonly tokenizers: Sides<Tokenizer>;
  /** Largest number of tokens of each side, without `<eos>`; default: no limit. */
  readonly maxLength?: Sides<number> | undefined;
  /** Whether pairs get ids in an extended vocabulary; default false. */
  readonly copies?: boolean | undefined;
  /** Aligns tokens where words are aligned. */
  readonly aligner: WordAligner;
}

/**
 * Encodes pairs into compact arrays and leaves out those with too many tokens.
 *
 * @throws UnknownTokenError when a vocabulary has neither a token nor `<unk>`; names set, line, side, token and position
 */
export function encodeSet(
  given: readonly Sample[],
  { name, unit, tokenizers, maxLength, copies, aligner }: EncodeOptions,
): EncodedSet {
  const pairs = new PairStore();
  const texts: TextSample[] = [];
  const droppedLines: number[] = [];
  const unalignedLines: number[] = [];
  const [longest, tokens, unknown] = [zeros(), zeros(), zeros()];
  const samples: Sample[] = [];
  for (const sample of given) {
    const place = `${name} data, ${unit} ${sample.line}`;
    const pair = encodePair(sample, tokenizers, place, { copies, align: aligner.of(sample, place) });
    for (const side of sides) longest[side] = Math.max(longest[side], pair[side].length);
    if (maxLength && sides.some((side) => pair[side].length > maxLength[side])) {
      droppedLines.push(sample.line);
      continue;
    }
    if (sample.wordAlignment && !pair.alignment) unalignedLines.push(sample.line);
    pairs.push(pair);
    texts.push(sample.text);
    samples.push(sample);
    for (const side of sides) {
      const { unkId } = tokenizers[side].vocabulary;
      tokens[side] += pair[side].length;
      for (const id of pair[side]) if (id === unkId) unknown[side]++;
    }
  }
  pairs.trim();
  const dropped = droppedLines.length;
  return {
    name,
    unit,
    pairs,
    texts,
    samples,
    dropped,
    droppedLines: droppedLines.slice(0, 10),
    unalignedLines,
    longest,
    tokens,
    unknown,
  };
}

/** The sides of a pair. */
export const sides = ["source", "target"] as const;

function zeros(): { source: number; target: number } {
  return { source: 0, target: 0 };
}
