import { Random } from "@heed/core";
import { type BatchLayout, type LazyBatches, lazyBatches, type PairStore, type PlanOptions } from "@heed/datasets";

/**
 * Returns the function that plans the batches of an epoch, from 1. Their order depends on seed and epoch only, so that any
 * epoch can be repeated. The last plan is kept.
 *
 * @param pairs - the same for all epochs, or those of an epoch
 */
export function batchesByEpoch(
  pairs: PairStore | ((epoch: number) => PairStore),
  layout: PlanOptions & BatchLayout,
  seed: number,
): (epoch: number) => LazyBatches {
  let last: { readonly epoch: number; readonly batches: LazyBatches } | null = null;
  return (epoch) => {
    if (last?.epoch !== epoch) {
      const ofEpoch = typeof pairs === "function" ? pairs(epoch) : pairs;
      last = { epoch, batches: lazyBatches(ofEpoch, { ...layout, random: new Random(seed + epoch) }) };
    }
    return last.batches;
  };
}
