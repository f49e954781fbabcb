import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PairStore } from "./pair-store.js";

const ids = fc.array(fc.oneof(fc.integer({ min: 0, max: 70_000 }), fc.integer({ min: 0, max: 9 })), { maxLength: 50 });
const pairLists = fc.array(fc.record({ source: ids, target: ids }), { maxLength: 200 });

/** The pairs of a store, as plain arrays. */
const pairsOf = (store: PairStore) =>
  Array.from({ length: store.length }, (_, i) => ({ source: [...store.source(i)], target: [...store.target(i)] }));

describe("PairStore", () => {
  it("returns what was pushed, whatever the size of the ids", () => {
    fc.assert(
      fc.property(pairLists, (pairs) => {
        const store = new PairStore();
        for (const pair of pairs) store.push(pair);
        expect(pairsOf(store)).toEqual(pairs);
        expect(pairs.map((_, i) => [store.sourceLength(i), store.targetLength(i)])).toEqual(
          pairs.map(({ source, target }) => [source.length, target.length]),
        );
        store.trim();
        expect(pairsOf(store)).toEqual(pairs);
        store.push({ source: [70_000], target: [] });
        expect(pairsOf(store)).toEqual([...pairs, { source: [70_000], target: [] }]);
      }),
    );
  });

  it("has views of 16 bits, and of 32 bits once an id is large", () => {
    const store = PairStore.from([{ source: [1, 65_535], target: [2] }]);
    expect(store.source(0)).toEqual(Uint16Array.of(1, 65_535));
    store.push({ source: [65_536], target: [3] });
    expect(store.source(0)).toEqual(Int32Array.of(1, 65_535));
    expect(store.target(0)).toEqual(Uint16Array.of(2));
  });

  it.each([
    ["16 bits", 100, 56],
    ["32 bits", 100_000, 104],
  ])("needs few bytes a pair of 2 × 12 tokens: ids of %s", (_, id, bytes) => {
    const count = 100_000;
    const side = new Int32Array(12).fill(id);
    const store = new PairStore();
    for (let i = 0; i < count; i++) store.push({ source: side, target: side });
    expect(store.bytes / count).toBeLessThan(1.5 * bytes);
    store.trim();
    expect(store.bytes / count).toBe(bytes);
  });

  it("refuses bad ids, and then has no half of a pair", () => {
    const store = PairStore.from([{ source: [3], target: [4] }]);
    for (const id of [-1, 3.5, Number.NaN, 2 ** 31]) {
      expect(() => store.push({ source: [5], target: [6, id] })).toThrow(
        `target of pair 1: an id must be an integer in [0, 2147483647], got ${id} at position 1.`,
      );
    }
    expect(pairsOf(store)).toEqual([{ source: [3], target: [4] }]);
  });

  it("refuses the index of no pair", () => {
    expect(() => new PairStore().source(0)).toThrow("expected the index of one of 0 pairs, got 0");
    expect(() => PairStore.from([{ source: [3], target: [4] }]).targetLength(1)).toThrow("one of 1 pairs, got 1");
  });
});

describe("alignments", () => {
  it("are kept with their pairs, also of pairs that were added before the first one", () => {
    const store = PairStore.from([
      { source: [3], target: [4] },
      {
        source: [3, 4],
        target: [5, 6],
        alignment: [
          [1, 0],
          [0, 1],
        ],
      },
      { source: [7], target: [] },
    ]);
    expect([0, 1, 2].map((i) => store.alignment(i))).toEqual([
      [],
      [
        [1, 0],
        [0, 1],
      ],
      [],
    ]);
    expect(PairStore.from([{ source: [3], target: [4] }]).alignment(0)).toBeUndefined();
  });

  it("with a position that does not exist are refused, and the pair is not added", () => {
    const store = new PairStore();
    for (const link of [
      [2, 0],
      [0, 1],
      [-1, 0],
      [0.5, 0],
    ] as const) {
      expect(() => store.push({ source: [3, 4], target: [5], alignment: [link] })).toThrow(
        `the alignment of pair 0 must have positions [source below 2, target below 1], got [${link.join(", ")}].`,
      );
    }
    expect(store.length).toBe(0);
  });
});
