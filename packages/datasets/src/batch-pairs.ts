import { HeedError, type Random } from "@heed/core";
import { type BatchLayout, type IdBatch, type IdPair, makeBatch } from "./make-batch.js";

/** Options of {@link batchPairs}. */
export interface BatchOptions extends BatchLayout {
  /** pairs a batch; the last may hold fewer */
  readonly batchSize: number;
  /** shuffles pairs and batches; default: no shuffling, the same batches each time, as for validation */
  readonly random?: Random | undefined;
  /** put pairs of similar length together, so that little is padding; default true */
  readonly bucketed?: boolean | undefined;
  /** when shuffling: how many batches' worth of pairs are sorted together; more means less padding, less chance; default 100 */
  readonly poolBatches?: number | undefined;
}

/**
 * Batches in which every pair stands exactly once: one epoch.
 *
 * Bucketed with a generator: the pairs are shuffled, cut into pools, sorted by length inside each pool, cut into batches,
 * and the batches are shuffled. Bucketed without one: all pairs sorted by length. Otherwise: the given, or a random, order.
 * `batch.indices` leads back to the pairs.
 *
 * @param pairs - pairs of ids without `<sos>`, `<eos>` and padding
 * @throws HeedError where batchSize or poolBatches is not a whole number of at least 1, or an id is bad
 * @example
 * for (const batch of batchPairs(pairs, { batchSize: 32, random, source: vocabulary, target: vocabulary })) console.log(batch.b, batch.s, batch.t, batch.tokens);
 */
export function batchPairs(pairs: readonly IdPair[], options: BatchOptions): IdBatch[] {
  const { batchSize, random, bucketed = true, poolBatches = 100 } = options;
  for (const [name, value] of Object.entries({ batchSize, poolBatches })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new HeedError(`batchPairs: ${name} must be a whole number of at least 1; got ${value}.`);
    }
  }
  const order = random?.shuffle(pairs.keys()) ?? [...pairs.keys()];
  const sourceLength = (i: number) => pairs[i]?.source.length ?? 0;
  const targetLength = (i: number) => pairs[i]?.target.length ?? 0;
  const byLength = (i: number, j: number) => sourceLength(i) - sourceLength(j) || targetLength(i) - targetLength(j);
  const pools = chunks(order, random === undefined ? Math.max(1, order.length) : batchSize * poolBatches);
  const rows = (bucketed ? pools.map((pool) => pool.sort(byLength)) : pools).flatMap((pool) => chunks(pool, batchSize));
  const shuffled = bucketed && random !== undefined ? random.shuffle(rows) : rows;
  return shuffled.map((indices) =>
    makeBatch(
      indices.map((i) => pairs[i] as IdPair),
      options,
      indices,
    ),
  );
}

/**
 * The share of positions, of sources and targets together, that only pad: work that is done for nothing.
 *
 * `1 − Σ lengths / Σ b (s + t)`
 *
 * @returns a share in [0, 1); 0 where there is no batch
 */
export function paddingShare(batches: Iterable<IdBatch>): number {
  let positions = 0;
  let used = 0;
  for (const batch of batches) {
    positions += batch.b * (batch.s + batch.t);
    used += batch.tokens + batch.sourceLengths.reduce((sum, length) => sum + length, 0);
  }
  return positions === 0 ? 0 : 1 - used / positions;
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}
