import { describe, expect, it } from "vitest";
import { makeBatch } from "./make-batch.js";

const special = { padId: 0, sosId: 1, eosId: 2 };
const specials = { source: special, target: special };

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

it("marks aligned positions; padding, <eos> and pairs without an alignment have none", () => {
  const pairs = [
    {
      source: [3, 4],
      target: [5, 6],
      alignment: [
        [1, 0],
        [0, 1],
        [1, 1],
      ] as const,
    },
    { source: [3], target: [4] },
  ];
  const specials = { padId: 0, sosId: 1, eosId: 2 };
  const { alignment, b, t, s } = makeBatch(pairs, { source: specials, target: specials });
  expect([b, t, s]).toEqual([2, 3, 2]);
  expect(Array.from(alignment!)).toEqual([0, 1, 1, 1, 0, 0, ...[0, 0, 0, 0, 0, 0]]);
  expect(makeBatch(pairs.slice(1), { source: specials, target: specials })).not.toHaveProperty("alignment");
});
