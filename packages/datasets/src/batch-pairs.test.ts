import { Random } from "@heed/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { batchPairs, paddingShare } from "./batch-pairs.js";
import { type IdBatch, makeBatch } from "./make-batch.js";
import { copyTask } from "./tasks/copy-task.js";

const ids = fc.array(fc.integer({ min: 3, max: 20 }), { maxLength: 9 });
const pairLists = fc.array(fc.record({ source: ids, target: ids }), { maxLength: 60 });

const special = { padId: 0, sosId: 1, eosId: 2 };
const specials = { source: special, target: special };

/** Row i of an array of rows. */
const row = (array: Int32Array, i: number, width: number) => Array.from(array.subarray(i * width, (i + 1) * width));
/** A sequence padded to a width. */
const padded = (sequence: number[], width: number) => [...sequence, ...Array(width - sequence.length).fill(0)];

describe("makeBatch", () => {
  it("pads, ends targets with <eos>, and starts decoder inputs with <sos>", () => {
    const batch = makeBatch(
      [
        { source: [3, 4], target: [5] },
        { source: [6], target: [7, 8] },
      ],
      specials,
    );
    expect(batch).toEqual({
      source: Int32Array.of(3, 4, 6, 0),
      target: Int32Array.of(5, 2, 0, 7, 8, 2),
      decoderInput: Int32Array.of(1, 5, 0, 1, 7, 8),
      sourceLengths: Int32Array.of(2, 1),
      targetLengths: Int32Array.of(2, 3),
      b: 2,
      s: 2,
      t: 3,
      tokens: 5,
      indices: Int32Array.of(0, 1),
    });
  });

  it("ends sources with <eos> where asked, and gives an empty source one in any case", () => {
    const pairs = [
      { source: [3, 4], target: [] },
      { source: [], target: [5] },
    ];
    expect(makeBatch(pairs, { ...specials, sourceEos: true })).toMatchObject({
      source: Int32Array.of(3, 4, 2, 2, 0, 0),
      sourceLengths: Int32Array.of(3, 1),
    });
    expect(makeBatch(pairs, specials)).toMatchObject({
      source: Int32Array.of(3, 4, 2, 0),
      sourceLengths: Int32Array.of(2, 1),
      target: Int32Array.of(2, 0, 5, 2),
      decoderInput: Int32Array.of(1, 0, 1, 5),
    });
  });

  it("takes the special ids of each side", () => {
    expect(
      makeBatch(
        [
          { source: [0], target: [1] },
          { source: [0, 2], target: [] },
        ],
        { source: { padId: 9, sosId: 5, eosId: 4 }, target: { padId: 6, sosId: 8, eosId: 7 } },
      ),
    ).toMatchObject({
      source: Int32Array.of(0, 9, 0, 2),
      target: Int32Array.of(1, 7, 7, 6),
      decoderInput: Int32Array.of(8, 1, 8, 6),
    });
  });

  it("refuses padding inside sequences, bad ids, and nothing at all", () => {
    expect(() => makeBatch([{ source: [3], target: [4, 0] }], specials)).toThrow(
      /target of pair 0 holds the padding id 0 at position 1/,
    );
    expect(() => makeBatch([{ source: [-1], target: [] }], specials)).toThrow(/source of pair 0 holds -1/);
    expect(() => makeBatch([{ source: [3.5], target: [] }], specials, [12])).toThrow(/source of pair 12 holds 3.5/);
    expect(() => makeBatch([], specials)).toThrow(/at least one pair/);
  });
});

describe("batchPairs", () => {
  it("holds every pair exactly once, in its own row, whatever the options", () => {
    const options = fc.record({
      batchSize: fc.integer({ min: 1, max: 8 }),
      bucketed: fc.boolean(),
      sourceEos: fc.boolean(),
      poolBatches: fc.integer({ min: 1, max: 3 }),
      seed: fc.option(fc.integer()),
    });
    fc.assert(
      fc.property(pairLists, options, (pairs, { seed, ...rest }) => {
        const batches = batchPairs(pairs, {
          ...rest,
          ...specials,
          random: seed === null ? undefined : new Random(seed),
        });
        const all = batches.flatMap((batch) => Array.from(batch.indices));
        expect(all.toSorted((a, b) => a - b)).toEqual([...pairs.keys()]);
        for (const batch of batches) {
          expect(batch.b).toBeLessThanOrEqual(rest.batchSize);
          for (const [i, index] of batch.indices.entries()) {
            const { source, target } = pairs[index] as { source: number[]; target: number[] };
            const read = rest.sourceEos || source.length === 0 ? [...source, 2] : source;
            expect(row(batch.source, i, batch.s)).toEqual(padded(read, batch.s));
            expect(row(batch.target, i, batch.t)).toEqual(padded([...target, 2], batch.t));
            expect(row(batch.decoderInput, i, batch.t)).toEqual(padded([1, ...target], batch.t));
            expect([batch.sourceLengths[i], batch.targetLengths[i]]).toEqual([read.length, target.length + 1]);
          }
          expect(batch.tokens).toBe(batch.target.filter((id) => id !== 0).length);
        }
      }),
    );
  });

  const pairs = copyTask({ count: 1000, random: new Random(3) }).map(({ source }) => {
    const codes = source.map((letter) => letter.charCodeAt(0) - 94);
    return { source: codes, target: codes };
  });
  const rows = (batches: IdBatch[]) => batches.map((batch) => Array.from(batch.indices));

  it("is repeatable, changes with every epoch, and goes on from a saved state", () => {
    const random = new Random(5);
    const first = rows(batchPairs(pairs, { batchSize: 32, random, ...specials }));
    const state = random.state();
    const second = rows(batchPairs(pairs, { batchSize: 32, random, ...specials }));
    expect(rows(batchPairs(pairs, { batchSize: 32, random: new Random(5), ...specials }))).toEqual(first);
    expect(second).not.toEqual(first);
    expect(rows(batchPairs(pairs, { batchSize: 32, random: Random.fromState(state), ...specials }))).toEqual(second);
  });

  it("pads little when bucketed, and shuffles the batches", () => {
    const share = (bucketed: boolean) =>
      paddingShare(batchPairs(pairs, { batchSize: 32, bucketed, random: new Random(1), ...specials }));
    expect(share(false)).toBeGreaterThan(0.2);
    expect(share(true)).toBeLessThan(0.03);
    const widths = batchPairs(pairs, { batchSize: 32, random: new Random(1), ...specials }).map(({ s }) => s);
    expect(widths).not.toEqual(widths.toSorted((a, b) => a - b));
  });

  it("sorts by source length, then by target length", () => {
    const lengths = [
      [2, 1],
      [1, 2],
      [1, 1],
    ].map(([source, target]) => ({ source: Array(source).fill(3), target: Array(target).fill(3) }));
    expect(rows(batchPairs(lengths, { batchSize: 3, ...specials }))).toEqual([[2, 1, 0]]);
  });

  it("keeps to the given order without a generator and buckets", () => {
    const batches = batchPairs(pairs.slice(0, 5), { batchSize: 2, bucketed: false, ...specials });
    expect(rows(batches)).toEqual([[0, 1], [2, 3], [4]]);
  });

  it("computes the padding share", () => {
    const batch = makeBatch(
      [
        { source: [3, 4], target: [5] },
        { source: [6], target: [7, 8] },
      ],
      specials,
    );
    expect(paddingShare([batch])).toBeCloseTo(2 / 10, 12);
    expect(paddingShare([])).toBe(0);
  });

  it("refuses impossible options", () => {
    expect(() => batchPairs(pairs, { batchSize: 0, ...specials })).toThrow(/batchSize must be .* at least 1; got 0/);
    expect(() => batchPairs(pairs, { batchSize: 1, poolBatches: 0.5, ...specials })).toThrow(/poolBatches .* got 0.5/);
    expect(batchPairs([], { batchSize: 4, ...specials })).toEqual([]);
  });
});
