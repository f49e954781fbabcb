import { HeedError } from "@heed/core";
import type { CopyPair } from "./copy-pair.js";
import type { Alignment } from "./define-task.js";

/**
 * Pairs padded to common lengths, as plain row-major arrays.
 *
 * Axes: `b` pairs, `s` positions of the longest source, `t` positions of the longest target with its `<eos>`.
 */
export interface IdBatch {
  /** source ids, `[b, s]`; padding behind each sequence */
  readonly source: Int32Array;
  /** target ids, each sequence ending with `<eos>`, `[b, t]`: what the decoder is to predict */
  readonly target: Int32Array;
  /** `<sos>` and then the target without its `<eos>`, `[b, t]`: what the decoder reads under teacher forcing */
  readonly decoderInput: Int32Array;
  /** source lengths without padding, with `<eos>` where the source has one, each ≥ 1, `[b]` */
  readonly sourceLengths: Int32Array;
  /** target lengths without padding, with `<eos>`, each ≥ 1, `[b]` */
  readonly targetLengths: Int32Array;
  readonly b: number;
  readonly s: number;
  readonly t: number;
  /** target tokens that are not padding: the sum of `targetLengths`, the weight of the batch's loss per token */
  readonly tokens: number;
  /** the place of each row's pair in the list that was batched, `[b]` */
  readonly indices: Int32Array;
  /**
   * 1 where a target position is aligned to a source position, otherwise 0, `[b, t, s]`; `<eos>` is aligned to nothing. Missing
   * when no pair of the batch has an alignment.
   */
  readonly alignment?: Float32Array;
  /** The batch in the extended vocabulary, for models that copy. Missing when the pairs have no ids for copying. */
  readonly copy?: CopyBatch;
}

/** A batch in the extended vocabulary: the target vocabulary, then the extra tokens of each row. */
export interface CopyBatch {
  /** source ids, `[b, s]`; the target's padding behind each sequence */
  readonly source: Int32Array;
  /** target ids, each sequence ending with `<eos>`, `[b, t]` */
  readonly target: Int32Array;
  /** the largest number of extra tokens of a row */
  readonly extraTokens: number;
}

/** The ids that batching adds; a `Vocabulary` has them. */
export interface SpecialIds {
  readonly padId: number;
  readonly sosId: number;
  readonly eosId: number;
}

/** How sequences become rows. */
export interface BatchLayout {
  /** special ids of the source: its vocabulary */
  readonly source: SpecialIds;
  /** special ids of the target: its vocabulary */
  readonly target: SpecialIds;
  /** end sources with `<eos>` too; default false */
  readonly sourceEos?: boolean | undefined;
}

/** A pair of id sequences without `<sos>` and `<eos>`. */
export interface IdPair {
  readonly source: ArrayLike<number>;
  readonly target: ArrayLike<number>;
  /** Pairs of positions [source, target], if they are known. */
  readonly alignment?: Alignment | undefined;
  /** The pair in the extended vocabulary, for models that copy. */
  readonly copy?: CopyPair | undefined;
}

/**
 * Builds one batch of all the given pairs; row i is pair i.
 *
 * An empty source becomes a single `<eos>`, with or without `sourceEos`, because an encoder needs at least one position.
 *
 * @param pairs - at least one pair of ids
 * @param indices - what the batch reports as `indices`; default 0 … b − 1
 * @throws HeedError where there is no pair, or where an id is the padding id or not a whole number of at least 0
 * @example
 * const pairs = [{ source: [3, 4], target: [5] }, { source: [6], target: [7, 8] }];
 * const { source, target, decoderInput, b, s, t } = makeBatch(pairs, { source: vocabulary, target: vocabulary });
 * // source [3, 4, 6, 0], target [5, 2, 0, 7, 8, 2], decoderInput [1, 5, 0, 1, 7, 8]; b 2, s 2, t 3
 */
export function makeBatch(pairs: readonly IdPair[], layout: BatchLayout, indices?: ArrayLike<number>): IdBatch {
  const { source: sourceIds, target: targetIds, sourceEos = false } = layout;
  const b = pairs.length;
  if (b === 0) throw new HeedError("makeBatch: a batch needs at least one pair.");
  const place = Int32Array.from(indices ?? pairs.map((_, i) => i));
  if (place.length !== b)
    throw new HeedError(`makeBatch: ${b} indices were expected, one a pair; got ${place.length}.`);
  const sourceLengths = Int32Array.from(pairs, ({ source }) => Math.max(1, source.length + (sourceEos ? 1 : 0)));
  const targetLengths = Int32Array.from(pairs, ({ target }) => target.length + 1);
  const s = sourceLengths.reduce((longest, length) => Math.max(longest, length));
  const t = targetLengths.reduce((longest, length) => Math.max(longest, length));
  const source = new Int32Array(b * s).fill(sourceIds.padId);
  const target = new Int32Array(b * t).fill(targetIds.padId);
  const decoderInput = new Int32Array(b * t).fill(targetIds.padId);
  for (const [row, pair] of pairs.entries()) {
    checkIds(pair.source, "source", place[row] as number, sourceIds.padId);
    checkIds(pair.target, "target", place[row] as number, targetIds.padId);
    source.set(pair.source, row * s);
    if (sourceEos || pair.source.length === 0) source[row * s + pair.source.length] = sourceIds.eosId;
    target.set(pair.target, row * t);
    target[row * t + pair.target.length] = targetIds.eosId;
    decoderInput[row * t] = targetIds.sosId;
    decoderInput.set(pair.target, row * t + 1);
  }
  const tokens = targetLengths.reduce((sum, length) => sum + length, 0);
  const alignment = alignmentOf(pairs, s, t);
  const copy = copyOf(pairs, sourceLengths, { s, t, ...targetIds });
  return {
    ...{ source, target, decoderInput, sourceLengths, targetLengths, b, s, t, tokens, indices: place },
    ...(alignment && { alignment }),
    ...(copy && { copy }),
  };
}

/** The pairs in the extended vocabulary; undefined unless all have one. */
function copyOf(
  pairs: readonly IdPair[],
  sourceLengths: Int32Array,
  { s, t, padId, eosId }: SpecialIds & { readonly s: number; readonly t: number },
): CopyBatch | undefined {
  const copies = pairs.flatMap(({ copy }) => (copy ? [copy] : []));
  if (copies.length < pairs.length) return undefined;
  const source = new Int32Array(pairs.length * s).fill(padId);
  const target = new Int32Array(pairs.length * t).fill(padId);
  for (const [row, copy] of copies.entries()) {
    if (copy.source.length < sourceLengths[row]!) source[row * s + copy.source.length] = eosId;
    source.set(copy.source, row * s);
    target.set(copy.target, row * t);
    target[row * t + copy.target.length] = eosId;
  }
  return { source, target, extraTokens: Math.max(...copies.map(({ extraTokens }) => extraTokens)) };
}

/** The alignments of some pairs, `[b, t, s]`; undefined when none has one. */
function alignmentOf(pairs: readonly IdPair[], s: number, t: number): Float32Array | undefined {
  if (pairs.every(({ alignment }) => alignment === undefined)) return undefined;
  const aligned = new Float32Array(pairs.length * t * s);
  for (const [row, { alignment = [] }] of pairs.entries()) {
    for (const [from, to] of alignment) aligned[(row * t + to) * s + from] = 1;
  }
  return aligned;
}

function checkIds(ids: ArrayLike<number>, side: string, index: number, padId: number): void {
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i] as number;
    if (id === padId) {
      throw new HeedError(
        `makeBatch: the ${side} of pair ${index} holds the padding id ${padId} at position ${i}; give sequences without padding.`,
      );
    }
    if (!Number.isInteger(id) || id < 0) {
      throw new HeedError(
        `makeBatch: the ${side} of pair ${index} holds ${id} at position ${i}; an id is a whole number of at least 0.`,
      );
    }
  }
}
