import { type BatchLayout, type IdBatch, makeBatch } from "./make-batch.js";
import type { PairStore } from "./pair-store.js";
import { type BatchPlan, type PlanOptions, planBatches } from "./plan-batches.js";

/**
 * Builds one batch of pairs of a store; row i is pair `indices[i]`.
 *
 * @param indices - at least one index of a pair, such as an item of `planBatches(…).batches`
 * @throws HeedError when there is no index, when one is not in the store, or when a sequence has the padding id
 * @example
 * const { batches } = planBatches(store, { batchSize: 32 });
 * const batch = buildBatch(store, batches[0], { source: vocabulary, target: vocabulary });
 */
export function buildBatch(store: PairStore, indices: ArrayLike<number>, layout: BatchLayout): IdBatch {
  const pairs = Array.from(indices, (i) => ({
    ...{ source: store.source(i), target: store.target(i) },
    ...{ alignment: store.alignment(i), copy: store.copy(i) },
  }));
  return makeBatch(pairs, layout, indices);
}

/** The batches of an epoch; each is built when it is read. */
export interface LazyBatches extends BatchPlan, Iterable<IdBatch> {
  /** the number of batches */
  readonly length: number;
  /** Builds the batches from `start` up to `end`, as `Array.prototype.slice` counts. */
  slice(start?: number, end?: number): IdBatch[];
}

/**
 * Plans the batches of an epoch and builds each when it is read. See {@link planBatches}.
 *
 * @example
 * const batches = lazyBatches(store, { batchSize: 32, random, source: vocabulary, target: vocabulary });
 * console.log(batches.length, batches.paddingShare);
 * for (const { b, s, t, tokens } of batches) console.log(b, s, t, tokens);
 */
export function lazyBatches(store: PairStore, options: PlanOptions & BatchLayout): LazyBatches {
  const plan = planBatches(store, options);
  const build = (indices: Int32Array): IdBatch => buildBatch(store, indices, options);
  return {
    ...plan,
    length: plan.batches.length,
    slice: (start, end) => plan.batches.slice(start, end).map(build),
    *[Symbol.iterator]() {
      for (const indices of plan.batches) yield build(indices);
    },
  };
}
