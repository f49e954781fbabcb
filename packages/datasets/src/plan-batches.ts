import { HeedError, type Random } from "@heed/core";
import type { PairStore } from "./pair-store.js";

/** Options of {@link planBatches}: either `batchSize` or `batchTokens`. */
export interface PlanOptions {
  /** the number of pairs in a batch; the last may have fewer */
  readonly batchSize?: number | undefined;
  /**
   * the largest number of positions in a batch, on the side that has more: rows times the length of the longest sequence,
   * padding and `<eos>` included; a longer pair is a batch of its own
   */
  readonly batchTokens?: number | undefined;
  /** shuffles pairs and batches; default: no shuffling, the same batches each time, as for validation */
  readonly random?: Random | undefined;
  /** put pairs of similar length together, so that little is padding; default true */
  readonly bucketed?: boolean | undefined;
  /** when shuffling: the number of batches whose pairs are sorted together; more means less padding and less chance; default 100 */
  readonly poolBatches?: number | undefined;
  /** whether sources end with `<eos>`; default false */
  readonly sourceEos?: boolean | undefined;
}

/** The batches of an epoch, before they are built. */
export interface BatchPlan {
  /** the indices of the pairs of each batch */
  readonly batches: readonly Int32Array[];
  /** target tokens that are not padding, `<eos>` included, in all batches */
  readonly tokens: number;
  /** the share of positions, of sources and targets together, that are padding, in [0, 1); 0 without a batch */
  readonly paddingShare: number;
}

/**
 * Decides which pairs stand in which batch, from their lengths alone. Every pair stands in one batch.
 *
 * Bucketed with a generator: the pairs are shuffled, cut into pools, sorted by length inside each pool, and cut into batches;
 * then the batches are shuffled. Bucketed without a generator: all pairs are sorted by length. Otherwise: the given order, or
 * a random one.
 *
 * @throws HeedError when not exactly one of batchSize and batchTokens is given, or a number is not a positive integer
 * @example
 * const { batches, paddingShare } = planBatches(store, { batchTokens: 4096, random });
 * for (const indices of batches) buildBatch(store, indices, { source: vocabulary, target: vocabulary });
 */
export function planBatches(store: PairStore, options: PlanOptions): BatchPlan {
  const { batchSize, batchTokens, random, bucketed = true, poolBatches = 100, sourceEos = false } = options;
  if ((batchSize === undefined) === (batchTokens === undefined)) {
    const got = batchSize === undefined ? "neither" : "both";
    throw new HeedError(`planBatches: expected either batchSize or batchTokens, got ${got}.`);
  }
  for (const [name, value] of Object.entries({ batchSize, batchTokens, poolBatches })) {
    if (value !== undefined && (!Number.isInteger(value) || value < 1)) {
      throw new HeedError(`planBatches: ${name} must be a positive integer, got ${value}.`);
    }
  }
  const { length } = store;
  const indices = Int32Array.from({ length }, (_, i) => i);
  const sourceLengths = indices.map((i) => Math.max(1, store.sourceLength(i) + (sourceEos ? 1 : 0)));
  const targetLengths = indices.map((i) => store.targetLength(i) + 1);
  const cut = (order: Int32Array, batches: number): Int32Array[] =>
    batchSize === undefined
      ? cutByTokens(order, batchTokens! * batches, sourceLengths, targetLengths, batches === 1)
      : cutBySize(order, batchSize * batches);
  const byLength = (i: number, j: number): number =>
    store.sourceLength(i) - store.sourceLength(j) || store.targetLength(i) - store.targetLength(j);

  const order = random ? Int32Array.from(random.shuffle(indices)) : indices;
  const pools = random ? cut(order, poolBatches) : [order];
  if (bucketed) for (const pool of pools) pool.sort(byLength);
  const cutPools = pools.flatMap((pool) => cut(pool, 1));
  const batches = bucketed && random ? random.shuffle(cutPools) : cutPools;
  return { batches, ...measure(batches, sourceLengths, targetLengths) };
}

function cutBySize(order: Int32Array, size: number): Int32Array[] {
  return Array.from({ length: Math.ceil(order.length / size) }, (_, i) => order.subarray(i * size, (i + 1) * size));
}

/** Cuts whenever one more pair would need more positions; `padded`: with padding to the longest sequence. */
function cutByTokens(
  order: Int32Array,
  limit: number,
  sourceLengths: Int32Array,
  targetLengths: Int32Array,
  padded: boolean,
): Int32Array[] {
  const parts: Int32Array[] = [];
  let [start, longest, sum] = [0, 0, 0];
  for (const [end, i] of order.entries()) {
    const length = Math.max(sourceLengths[i]!, targetLengths[i]!);
    const positions = padded ? (end - start + 1) * Math.max(longest, length) : sum + length;
    if (end > start && positions > limit) {
      parts.push(order.subarray(start, end));
      [start, longest, sum] = [end, 0, 0];
    }
    longest = Math.max(longest, length);
    sum += length;
  }
  if (start < order.length) parts.push(order.subarray(start));
  return parts;
}

function measure(
  batches: readonly Int32Array[],
  sourceLengths: Int32Array,
  targetLengths: Int32Array,
): { tokens: number; paddingShare: number } {
  let [positions, used, tokens] = [0, 0, 0];
  for (const batch of batches) {
    let [s, t] = [0, 0];
    for (const i of batch) {
      s = Math.max(s, sourceLengths[i]!);
      t = Math.max(t, targetLengths[i]!);
      used += sourceLengths[i]! + targetLengths[i]!;
      tokens += targetLengths[i]!;
    }
    positions += batch.length * (s + t);
  }
  return { tokens, paddingShare: positions === 0 ? 0 : 1 - used / positions };
}
