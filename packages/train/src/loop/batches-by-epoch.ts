import { Random } from "@heed/core";
import {
  type BatchLayout,
  buildBatch,
  type LazyBatches,
  lazyBatches,
  type PairStore,
  type PlanOptions,
} from "@heed/datasets";

/**
 * Returns the function that plans the batches of an epoch, from 1. Their order depends on seed and epoch only, so that any
 * epoch can be repeated. The last plan is kept.
 *
 * @param pairs - the same for all epochs, or those of an epoch
 * @param share - of several processes: `slice` then builds the rows of one of them, and leaves out batches where it has none
 */
export function batchesByEpoch(
  pairs: PairStore | ((epoch: number) => PairStore),
  layout: PlanOptions & BatchLayout,
  seed: number,
  share?: ProcessShare,
): (epoch: number) => LazyBatches {
  let last: { readonly epoch: number; readonly batches: LazyBatches } | null = null;
  return (epoch) => {
    if (last?.epoch !== epoch) {
      const ofEpoch = typeof pairs === "function" ? pairs(epoch) : pairs;
      const batches = lazyBatches(ofEpoch, { ...layout, random: new Random(seed + epoch) });
      last = { epoch, batches: share ? rowsOf(batches, ofEpoch, layout, share) : batches };
    }
    return last.batches;
  };
}

/** One of several processes that share out work. */
interface ProcessShare {
  readonly rank: number;
  readonly size: number;
}

function rowsOf(all: LazyBatches, pairs: PairStore, layout: BatchLayout, { rank, size }: ProcessShare): LazyBatches {
  return {
    ...all,
    slice: (start, end) =>
      all.batches.slice(start, end).flatMap((indices) => {
        const own = indices.filter((_, row) => row % size === rank);
        return own.length === 0 ? [] : [buildBatch(pairs, own, layout)];
      }),
  };
}
