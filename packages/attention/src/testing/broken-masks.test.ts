import { expectCaught, type PlantedFault } from "@heed/core/testing";
import {
  abs,
  add,
  arange,
  cast,
  equal,
  expandDims,
  full,
  keep,
  less,
  lessEqual,
  logicalNot,
  logicalOr,
  max,
  maximum,
  mean,
  slice,
  sub,
  type Tensor,
  transpose,
} from "@heed/tensor";
import { describe, test } from "vitest";
import { defineMask, type Mask, type MaskOptions } from "../mask.js";
import { causalMask } from "../masks/causal-mask.js";
import { paddingMask } from "../masks/padding-mask.js";
import { windowMask } from "../masks/window-mask.js";
import type { Positions } from "../positions.js";
import { maskChecks } from "./mask-checks.js";

const allowing = (allow: (positions: Positions, options: MaskOptions) => Tensor, options: MaskOptions = {}): Mask =>
  defineMask<MaskOptions>({ name: "mine", summary: "some keys", options, allow });
const steps = (count: number): Tensor => cast(arange(0, count), { dtype: "f32" });
const turned = (x: Tensor): Tensor => transpose(x, { permutation: [0, 2, 1] });

const shape = "is boolean, and broadcasts to [b, q, k]";
const open = "lets some query attend some key of its sentence";
const oneByOne = "one query at a time equals all at once";
const padding = "padding never matters";
const alone = "calls and sentences do not affect each other";

const faults: readonly PlantedFault<Mask>[] = [
  {
    name: "none: no padding, or the query's own key",
    plant: allowing((positions) => logicalOr(paddingMask.allow(positions, {}), equal(positions.query, positions.key))),
    caughtBy: null,
  },
  { name: "none: earlier keys alone", plant: allowing(({ query, key }) => less(key, query)), caughtBy: null },
  {
    name: "none: keys by their distance from the last one",
    plant: allowing(({ key, lengths }) => lessEqual(sub(lengths, key), 2)),
    caughtBy: null,
  },
  { name: "numbers for truth", plant: allowing(({ query, key }) => sub(query, key)), caughtBy: shape },
  {
    name: "whole numbers for truth",
    plant: allowing((positions) => cast(causalMask.allow(positions, {}), { dtype: "i32" })),
    caughtBy: shape,
  },
  {
    name: "one axis too few",
    plant: allowing((positions) => causalMask.allow(positions, {}).reshape(-1, positions.key.shape[2]!)),
    caughtBy: shape,
  },
  {
    name: "an axis for heads",
    plant: allowing((positions) => expandDims(causalMask.allow(positions, {}), { axis: 1 })),
    caughtBy: shape,
  },
  {
    name: "queries and keys the wrong way round",
    plant: allowing(({ query, key }) => lessEqual(turned(query), turned(key))),
    caughtBy: shape,
  },
  {
    name: "as many queries as keys",
    plant: allowing(({ key }) => lessEqual(key, turned(key))),
    caughtBy: shape,
  },
  {
    name: "padding the wrong way round",
    plant: allowing((positions) => logicalNot(paddingMask.allow(positions, {}))),
    caughtBy: open,
  },
  { name: "nothing is allowed", plant: allowing(({ query, key }) => less(key, sub(query, 1e6))), caughtBy: open },
  {
    name: "the same rule wherever the queries start",
    plant: allowing(({ query, key }) => lessEqual(key, steps(query.shape[1]!).reshape(1, -1, 1))),
    caughtBy: oneByOne,
  },
  {
    name: "each sentence starts where the first one does",
    plant: allowing(({ query, key }) => lessEqual(key, slice(query, { axis: 0, start: 0, end: 1 }))),
    caughtBy: alone,
  },
  {
    name: "the last query of a call is an exception",
    plant: allowing(({ query, key }) => less(key, max(query, { axis: 1, keepDims: true }))),
    caughtBy: oneByOne,
  },
  {
    name: "positions from the end of the padded keys",
    plant: allowing(({ query, key }) => equal(add(query, key), key.shape[2]! - 1)),
    caughtBy: padding,
  },
  {
    name: "the middle of all keys",
    plant: allowing(({ query, key }) => lessEqual(abs(sub(key, key.shape[2]! / 2)), add(query, 1))),
    caughtBy: padding,
  },
  {
    name: "padding is counted from eight keys on",
    plant: allowing(({ query, key }) => lessEqual(key, add(query, maximum(full([], key.shape[2]! - 7), 0)))),
    caughtBy: padding,
  },
  {
    name: "the mean length of the batch",
    plant: allowing(({ key, lengths }) => less(key, mean(lengths, { axis: 0, keepDims: true }))),
    caughtBy: alone,
  },
  {
    name: "the longest sentence of the batch",
    plant: allowing(({ key, lengths }) => less(key, max(lengths, { axis: 0, keepDims: true }))),
    caughtBy: alone,
  },
  {
    name: "the first sentence for all",
    plant: allowing(({ key, lengths }) => less(key, slice(lengths, { axis: 0, start: 0, end: 1 }))),
    caughtBy: alone,
  },
  {
    name: "another rule for more than eight sentences",
    plant: allowing(({ query, key, lengths }) => lessEqual(key, lengths.shape[0]! > 8 ? add(query, 1) : query)),
    caughtBy: alone,
  },
  {
    name: "keys that Math.random drops",
    plant: allowing(({ query, key }) => lessEqual(key, Math.random() < 0.5 ? query : add(query, 1))),
    caughtBy: alone,
  },
  {
    name: "an option that is not used",
    plant: { ...windowMask, allow: (positions) => windowMask.allow(positions, { radius: 5 }) },
    caughtBy: "every option counts",
  },
  {
    name: "an option without a number",
    plant: allowing((positions, { radius }) => windowMask.allow(positions, { radius: radius! }), {
      radius: Number.NaN,
    }),
    caughtBy: "says what it is",
  },
  {
    name: "a tensor that is kept",
    plant: allowing(({ query, key }) => lessEqual(key, keep(add(query, 0)))),
    caughtBy: "nothing leaks",
  },
  {
    name: "a key that Math.random seldom lets through",
    plant: allowing(({ query, key }) => lessEqual(key, Math.random() < 1e-5 ? add(query, 1) : query)),
    caughtBy: alone,
  },
  {
    name: "another rule for more than 48 keys",
    plant: allowing(({ query, key }) => lessEqual(key, key.shape[2]! > 48 ? add(query, 1) : query)),
    caughtBy: padding,
  },
];

describe("a broken mask is caught", () => {
  test.each(faults)("$name", ({ plant, caughtBy }) => expectCaught(maskChecks(plant), caughtBy));

  test("a number of calls that is kept", () => {
    let calls = 0;
    const counting = allowing(({ query, key }) => lessEqual(key, add(query, calls++ % 3)));
    return expectCaught(maskChecks(counting), alone);
  });

  test.each([
    [{ summary: "" }, "says what it is"],
    [{ name: "my mask" }, "says what it is"],
  ])("%o", (change, caughtBy) => expectCaught(maskChecks({ ...causalMask, ...change }), caughtBy));
});
