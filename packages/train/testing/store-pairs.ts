import type { PairStore } from "@heed/datasets";

/** Returns the pairs of a store as arrays. */
export function storePairs(store: PairStore): { source: number[]; target: number[] }[] {
  return Array.from({ length: store.length }, (_, i) => ({
    source: Array.from(store.source(i)),
    target: Array.from(store.target(i)),
  }));
}
