import type { PairStore } from "@heed/datasets";
import type { SplitReport } from "@heed/datasets/text";
import { unigramLoss } from "@heed/metrics";
import type { Tokenizer } from "@heed/tokenizers";
import { beyond } from "./check-data.js";
import type { Sides } from "./choose-tokenizers.js";
import { type EncodedSet, type Sample, sides } from "./encode-set.js";
import type { PairSet } from "./read-sets.js";

/** Reports what was read of a set: the notices of reading, and pairs with an empty side. */
export function readNotices({ pairs, unit, notices }: PairSet, name: string): string[] {
  const empty = pairs.filter(({ source, target }) => source.trim() === "" || target.trim() === "");
  if (empty.length === 0) return [...notices];
  const lines = empty.slice(0, 10).map(({ line }) => line);
  const where = `${unit}s ${lines.join(", ")}${empty.length > lines.length ? ", …" : ""}`;
  const what = name === "training" ? "pairs" : `${name} pairs`;
  return [...notices, `${empty.length} ${what} with an empty side are kept (${where}).`];
}

/** Reports pairs that are too long. */
export function droppedNotices(sets: readonly EncodedSet[], maxLength: Sides<number>): string[] {
  return sets.flatMap(({ name, unit, pairs, dropped, droppedLines }) => {
    if (dropped === 0) return [];
    const where = `${unit}s ${droppedLines.join(", ")}${dropped > droppedLines.length ? ", …" : ""}`;
    const total = pairs.length + dropped;
    return [`Left out ${dropped} of ${total} ${name} pairs: ${dropped} with ${beyond(maxLength)} (${where}).`];
  });
}

/** Reports alignments of words that tokens cannot follow. */
export function unalignedNotices(sets: readonly EncodedSet[]): string[] {
  return sets.flatMap(({ name, unit, unalignedLines }) => {
    if (unalignedLines.length === 0) return [];
    const where = `${unit}s ${unalignedLines.slice(0, 10).join(", ")}${unalignedLines.length > 10 ? ", …" : ""}`;
    return [
      `The alignments of ${unalignedLines.length} ${name} pairs are left out: the tokenizer joins or drops words that white space separates (${where}).`,
    ];
  });
}

/** Reports a split that is smaller than it was asked for. */
export function splitNotices({ validation: { wanted, got } }: SplitReport): string[] {
  return got < wanted
    ? [`${wanted} validation pairs were asked for; sentences that occur in several pairs must stay together.`]
    : [];
}

/**
 * Counts the pairs of a set of its own that occur in the training data, and the others whose source does. Spaces at the ends of a
 * sentence make no difference.
 */
export function overlapNotices(train: readonly Sample[], set: readonly Sample[], name: string): string[] {
  const pairs = occurring(train, set, ({ source, target }) => `${trimmed(source)}\0${trimmed(target)}`);
  const sources = occurring(train, set, ({ source }) => trimmed(source));
  const others = sources - pairs;
  const better = "the measures on them are better than on new text.";
  if (pairs === 0 && others === 0) return [];
  if (pairs === 0) {
    return [
      `The sources of ${others} of ${set.length} ${name} pairs occur in the training data, with other targets: ${better}`,
    ];
  }
  const more = others === 0 ? "" : `, and so do the sources of ${others} more, with other targets`;
  return [`${pairs} of ${set.length} ${name} pairs occur in the training data, too${more}: ${better}`];
}

/** Counts the samples of a set whose key is that of a training sample. */
function occurring(train: readonly Sample[], set: readonly Sample[], keyOf: (sample: Sample) => string): number {
  const keys = set.map(keyOf);
  const wanted = new Set(keys);
  const found = new Set<string>();
  for (const sample of train) {
    const key = keyOf(sample);
    if (wanted.has(key)) found.add(key);
  }
  return keys.filter((key) => found.has(key)).length;
}

function trimmed(text: string): string {
  return text.normalize("NFC").trim();
}

/** Reports the size of each vocabulary and the unknown tokens of each set. */
export function unknownNotices(sets: readonly EncodedSet[], tokenizers: Sides<Tokenizer>): string[] {
  return sides.map((side) => {
    const rates = sets.map(({ name, tokens, unknown }) => {
      const rate = (100 * unknown[side]) / Math.max(1, tokens[side]);
      return `${rate.toFixed(1)} % of the ${name}`;
    });
    const list = `${rates.slice(0, -1).join(", ")} and ${rates.at(-1)}`;
    return `The ${side} vocabulary has ${tokenizers[side].vocabulary.size} tokens; unknown are ${list} tokens.`;
  });
}

/** Reports the loss that a model must beat to have learned anything from its source. */
export function baselineNotice(train: PairStore, validation: PairStore, { vocabulary }: Tokenizer): string {
  const loss = unigramLoss(targets(train, vocabulary.eosId), targets(validation, vocabulary.eosId), {
    vocabularySize: vocabulary.size,
  });
  return `Predicting token frequencies alone would cost ${loss.toFixed(2)} nats per validation token.`;
}

function* targets(pairs: PairStore, eosId: number): Generator<number[]> {
  for (let i = 0; i < pairs.length; i++) yield [...pairs.target(i), eosId];
}
