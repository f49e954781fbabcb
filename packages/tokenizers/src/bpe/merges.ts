import type { Random } from "@heed/core";
import TinyQueue from "tinyqueue";

/** A pair of ids that becomes one id. */
export interface Merge {
  readonly left: number;
  readonly right: number;
  readonly merged: number;
}

/** Returns a key for a pair of ids, which are below 2^26. */
const pairKey = (left: number, right: number): number => left * 2 ** 26 + right;

interface Candidate {
  readonly rank: number;
  readonly place: number;
  readonly merge: Merge;
}

/** Merges in the order in which training found them. */
export class Merges {
  readonly #ranks = new Map<number, number>();

  constructor(readonly list: readonly Merge[]) {
    for (const [rank, { left, right }] of list.entries()) this.#ranks.set(pairKey(left, right), rank);
  }

  /**
   * Merges neighbours until no merge is left: always the pair of the lowest rank, and of equal pairs the leftmost.
   *
   * @param ids - an id below 0 is never merged
   * @param random - with it, each step leaves out a pair with the probability `dropout`
   * @returns the ids that remain, each with the number of given ids that it stands for
   */
  apply(ids: readonly number[], dropout = 0, random?: Random): { readonly id: number; readonly length: number }[] {
    // A merge joins a place with the next one that is left; `length` 0 marks a place that was joined to another.
    const id = [...ids];
    const length = ids.map(() => 1);
    const previous = ids.map((_, i) => i - 1);
    const next = ids.map((_, i) => i + 1);
    const queue = new TinyQueue<Candidate>([], (a, b) => a.rank - b.rank || a.place - b.place);
    const consider = (place: number): void => {
      const right = next[place]!;
      if (place < 0 || right >= ids.length) return;
      const rank = this.#ranks.get(pairKey(id[place]!, id[right]!));
      if (rank !== undefined) queue.push({ rank, place, merge: this.list[rank]! });
    };
    for (let place = 0; place < ids.length; place++) consider(place);

    let leftOut: Candidate[] = [];
    for (let top = queue.pop(); top !== undefined; top = queue.pop()) {
      if (random && random.uniform() < dropout) {
        leftOut.push(top);
        continue;
      }
      // A pair that was left out may be merged in a later step.
      for (const candidate of leftOut) queue.push(candidate);
      leftOut = [];
      const { place, merge } = top;
      const right = next[place]!;
      if (length[place] === 0 || right >= ids.length || id[place] !== merge.left || id[right] !== merge.right) continue;
      id[place] = merge.merged;
      length[place]! += length[right]!;
      length[right] = 0;
      next[place] = next[right]!;
      if (next[place]! < ids.length) previous[next[place]!] = place;
      consider(previous[place]!);
      consider(place);
    }
    return id.flatMap((each, i) => (length[i] === 0 ? [] : [{ id: each, length: length[i]! }]));
  }
}
