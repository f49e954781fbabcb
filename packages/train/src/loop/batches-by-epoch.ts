import { Random } from "@heed/core";
import { type BatchLayout, type LazyBatches, lazyBatches, type PairStore, type PlanOptions } from "@heed/datasets";

/**
 * Returns the function that plans the batches of an epoch, from 1. Their order depends on seed and epoch only, so that any
 * epoch can be repeated. The last plan is kept.
 */
export function batchesByEpoch(
  pairs: PairStore,
  layout: PlanOptions & BatchLayout,
  seed: number,
): (epoch: number) => LazyBatches {
  let last: { readonly epoch: number; readonly batches: LazyBatches } | null = null;
  return (epoch) => {
    if (last?.epoch !== epoch) {
      last = { epoch, batches: lazyBatches(pairs, { ...layout, random: new Random(seed + epoch) }) };
    }
    return last.batches;
  };
}
