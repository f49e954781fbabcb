import type { PairStore } from "@heed/datasets";
import type { Tokenizer } from "@heed/tokenizers";
import type { PreparedData } from "@heed/train";
import * as z from "zod";

const whole = z.int().min(0);
const shortText = z.string().max(200);
/** Bars of the histogram of lengths. */
const BINS = 12;
/** Tokens that are listed. */
const FREQUENT = 20;

const sideSchema = z.strictObject({
  tokens: whole,
  unknown: whole,
  longest: whole,
  /** The number of sentences by length: the first of `step` lengths from 0, and so on. */
  lengths: z.strictObject({ step: z.int().min(1), counts: z.array(whole).max(BINS) }),
});

/** The schema of {@link DataStatistics}. */
export const statisticsSchema = z.strictObject({
  sets: z.array(z.strictObject({ name: shortText, pairs: whole, source: sideSchema, target: sideSchema })).max(10),
  vocabularies: z.strictObject({ shared: z.boolean(), source: whole, target: whole }),
  /** The most frequent tokens of the training data with their counts. */
  frequent: z.strictObject({
    source: z.array(z.tuple([shortText, whole])).max(FREQUENT),
    target: z.array(z.tuple([shortText, whole])).max(FREQUENT),
  }),
});

/** What a report says about the data of a run: tokens as the model sees them, without `<eos>`. */
export type DataStatistics = z.infer<typeof statisticsSchema>;
/** One side of a set. */
export type SideStatistics = z.infer<typeof sideSchema>;

/** Counts sentences, tokens, lengths and unknown tokens of the data of a run. */
export function dataStatistics(data: PreparedData): DataStatistics {
  const { train, validation, sourceTokenizer, targetTokenizer } = data;
  const step = lengthStep(train);
  const sets = Object.entries({ training: train, validation }).map(([name, pairs]) => ({
    name,
    pairs: pairs.length,
    source: sideStatistics(pairs, "source", sourceTokenizer, step),
    target: sideStatistics(pairs, "target", targetTokenizer, step),
  }));
  return {
    sets,
    vocabularies: {
      shared: sourceTokenizer === targetTokenizer,
      source: sourceTokenizer.vocabulary.size,
      target: targetTokenizer.vocabulary.size,
    },
    frequent: {
      source: frequentTokens(train, "source", sourceTokenizer),
      target: frequentTokens(train, "target", targetTokenizer),
    },
  };
}

type Side = "source" | "target";

/** The number of lengths of a bar, so that the longest training sentence falls into the last one. */
function lengthStep(train: PairStore): number {
  let longest = 0;
  for (let i = 0; i < train.length; i++) longest = Math.max(longest, train.source(i).length, train.target(i).length);
  return Math.max(1, Math.ceil((longest + 1) / BINS));
}

function sideStatistics(pairs: PairStore, side: Side, { vocabulary }: Tokenizer, step: number): SideStatistics {
  const counts: number[] = new Array(BINS).fill(0);
  let [tokens, unknown, longest] = [0, 0, 0];
  for (let i = 0; i < pairs.length; i++) {
    const ids = pairs[side](i);
    tokens += ids.length;
    longest = Math.max(longest, ids.length);
    const bin = Math.min(BINS - 1, Math.floor(ids.length / step));
    counts[bin] = (counts[bin] ?? 0) + 1;
    for (const id of ids) if (id === vocabulary.unkId) unknown++;
  }
  return { tokens, unknown, longest, lengths: { step, counts } };
}

function frequentTokens(pairs: PairStore, side: Side, { vocabulary }: Tokenizer): [token: string, count: number][] {
  const counts = new Float64Array(vocabulary.size);
  for (let i = 0; i < pairs.length; i++) {
    for (const id of pairs[side](i)) counts[id] = (counts[id] ?? 0) + 1;
  }
  return Array.from(counts, (count, id): [number, number] => [id, count])
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a)
    .slice(0, FREQUENT)
    .map(([id, count]) => [String(vocabulary.tokens[id]).slice(0, 200), count]);
}
