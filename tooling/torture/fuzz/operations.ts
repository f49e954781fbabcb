import { Random } from "@heed/core";
import * as heed from "@heed/tensor";
import { Parameter, sizeOf, type Tensor, tensor } from "@heed/tensor";

/** Draws the operands of an operation; the same seed draws the same values on every backend. */
export class Draws {
  readonly #random: Random;
  readonly parameters: Parameter[] = [];

  constructor(
    seed: number,
    readonly scale: number,
  ) {
    this.#random = new Random(seed);
  }

  readonly normal = (...shape: number[]): Tensor => this.#parameter(shape, () => this.#random.normal() * this.scale);
  /** For recurrences, in which rounding grows with large weights. */
  readonly small = (...shape: number[]): Tensor =>
    this.#parameter(shape, () => this.#random.normal() * Math.min(this.scale, 0.3));
  readonly positive = (...shape: number[]): Tensor => this.#parameter(shape, () => 0.5 + this.#random.uniform());
  readonly mask = (...shape: number[]): Tensor =>
    tensor(
      Uint8Array.from({ length: sizeOf(shape) }, () => Number(this.#random.uniform() < 0.6)),
      { shape, dtype: "bool" },
    );
  readonly ids = (limit: number, ...shape: number[]): Tensor =>
    tensor(
      Int32Array.from({ length: sizeOf(shape) }, () => this.#random.integer(0, limit)),
      { shape },
    );
  readonly lengths = (most: number, count: number): Tensor => this.ids(most + 1, count);

  #parameter(shape: number[], draw: () => number): Tensor {
    const parameter = new Parameter(tensor(Float32Array.from({ length: sizeOf(shape) }, draw), { shape }));
    this.parameters.push(parameter);
    return parameter;
  }
}

/** Applies an operation. `n` are sizes from 0 or 1 up; `pick` is any natural number. */
export type Apply = (draw: Draws, n: readonly number[], pick: number) => Tensor | readonly Tensor[];

const shapeOf = ([a = 1, b = 1, c = 1]: readonly number[], pick: number): number[] =>
  [[a], [a, b], [a, b, c], []][pick % 4]!;
/** A shape that broadcasts to another one. */
const repeated = (shape: readonly number[], pick: number): number[] =>
  shape.map((size, axis) => ((pick >> axis) & 1 ? 1 : size)).slice(pick % 3 === 0 ? 1 : 0);

type Unary = (x: Tensor) => Tensor;
const unary: Record<string, Unary> = {
  ...{ abs: heed.abs, cos: heed.cos, sin: heed.sin, erf: heed.erf, exp: heed.exp, gelu: heed.gelu, neg: heed.neg },
  ...{ relu: heed.relu, sigmoid: heed.sigmoid, silu: heed.silu, softplus: heed.softplus, tanh: heed.tanh },
};
const binary = { add: heed.add, sub: heed.sub, mul: heed.mul, maximum: heed.maximum, minimum: heed.minimum };
const reductions = { sum: heed.sum, mean: heed.mean, logSumExp: heed.logSumExp };
const rows = { softmax: heed.softmax, logSoftmax: heed.logSoftmax };
const sparse = { sparsemax: heed.sparsemax, entmax15: heed.entmax15, maskedSoftmax: heed.maskedSoftmax };

const entries = <T>(ops: Record<string, T>, apply: (op: T) => Apply): [string, Apply][] =>
  Object.entries(ops).map(([name, op]) => [name, apply(op)]);

export const operations: readonly (readonly [name: string, apply: Apply])[] = [
  ...entries(unary, (op) => (draw, n, pick) => op(draw.normal(...shapeOf(n, pick)))),
  ...entries(
    { log: heed.log, sqrt: heed.sqrt, log1p: heed.log1p },
    (op) => (draw, n, pick) => op(draw.positive(...shapeOf(n, pick))),
  ),
  ...entries(binary, (op) => (draw, n, pick) => {
    const shape = shapeOf(n, pick);
    return op(draw.normal(...shape), draw.normal(...repeated(shape, pick >> 2)));
  }),
  [
    "div",
    (draw, n, pick) =>
      heed.div(draw.normal(...shapeOf(n, pick)), draw.positive(...repeated(shapeOf(n, pick), pick >> 2))),
  ],
  [
    "where",
    (draw, n, pick) => {
      const shape = shapeOf(n, pick);
      return heed.where(
        draw.mask(...repeated(shape, pick >> 3)),
        draw.normal(...shape),
        draw.normal(...repeated(shape, pick >> 2)),
      );
    },
  ],
  ...entries(reductions, (op) => (draw, n, pick) => {
    const shape = shapeOf(n, pick).map((size) => Math.max(1, size));
    const axis = shape.map((_, index) => index).filter((index) => (pick >> (2 + index)) & 1);
    return op(draw.normal(...shape), { axis, keepDims: (pick & 64) > 0 });
  }),
  ...entries(
    rows,
    (op) =>
      (draw, [a = 1, b = 1, c = 1], pick) =>
        op(draw.normal(a, b, Math.max(1, c)), { axis: pick % 3 === 0 && b > 0 ? 1 : -1 }),
  ),
  ...entries(
    sparse,
    (op) =>
      (draw, [a = 1, b = 1, c = 1], pick) =>
        op(
          draw.normal(a, b, Math.max(1, c)),
          pick % 3 === 0 ? null : draw.mask(...repeated([a, b, Math.max(1, c)], pick >> 2)),
        ),
  ),
  [
    "matmul",
    (draw, [a = 1, b = 1, c = 1, d = 1], pick) => {
      const [transposeA, transposeB] = [(pick & 1) > 0, (pick & 2) > 0];
      const left = [...(pick & 4 ? [d] : []), ...(transposeA ? [b, a] : [a, b])];
      const right = [...(pick & 8 ? [d] : []), ...(transposeB ? [c, b] : [b, c])];
      return heed.matmul(draw.normal(...left), draw.normal(...right), { transposeA, transposeB });
    },
  ],
  [
    "linear",
    (draw, [a = 1, b = 1, c = 1, d = 1], pick) =>
      heed.linear(draw.normal(a, b, c), draw.normal(d, c), pick & 1 ? draw.normal(d) : null),
  ],
  [
    "layerNorm",
    (draw, [a = 1, b = 1, c = 1]) => heed.layerNorm(draw.normal(a, b, c + 1), draw.normal(c + 1), draw.normal(c + 1)),
  ],
  ["embedding", (draw, [a = 1, b = 1, c = 1, d = 1]) => heed.embedding(draw.normal(d + 1, c), draw.ids(d + 1, a, b))],
  [
    "concat",
    (draw, [a = 1, b = 1, c = 1, d = 1], pick) =>
      pick & 1
        ? heed.concat([draw.normal(a, b), draw.normal(a, c), draw.normal(a, d)], { axis: 1 })
        : heed.concat([draw.normal(b, a), draw.normal(c, a)], { axis: 0 }),
  ],
  [
    "transpose",
    (draw, [a = 1, b = 1, c = 1], pick) =>
      heed.transpose(draw.normal(a, b, c), {
        permutation: [
          [0, 2, 1],
          [1, 0, 2],
          [2, 1, 0],
          [1, 2, 0],
          [2, 0, 1],
        ][pick % 5]!,
      }),
  ],
  ["cumsum", (draw, [a = 1, b = 1, c = 1], pick) => heed.cumsum(draw.normal(a, b, c), { axis: pick % 3 })],
  ["flip", (draw, [a = 1, b = 1, c = 1], pick) => heed.flip(draw.normal(a, b, c), { axis: pick % 3 })],
  [
    "attention",
    (draw, [a = 1, b = 1, c = 1, d = 1], pick) =>
      heed.attention(
        draw.normal(a, b, d + 1),
        draw.normal(a, c + 1, d + 1),
        draw.normal(a, c + 1, b),
        pick & 1 ? draw.mask(...(pick & 2 ? [a, 1, c + 1] : [a, b, c + 1])) : null,
      ),
  ],
  [
    "gru",
    (draw, [b = 1, t = 1, i = 1, h = 1], pick) =>
      heed.gru(
        draw.small(b, t, i),
        draw.small(b, h),
        draw.small(3 * h, i),
        draw.small(3 * h, h),
        draw.small(3 * h),
        draw.small(3 * h),
        pick & 1 ? draw.lengths(t, b) : null,
        { reverse: (pick & 2) > 0 },
      ),
  ],
  [
    "lstm",
    (draw, [b = 1, t = 1, i = 1, h = 1], pick) =>
      heed.lstm(
        draw.small(b, t, i),
        draw.small(b, h),
        draw.small(b, h),
        draw.small(4 * h, i),
        draw.small(4 * h, h),
        draw.small(4 * h),
        draw.small(4 * h),
        pick & 1 ? draw.lengths(t, b) : null,
        { reverse: (pick & 2) > 0 },
      ),
  ],
  [
    "rnn",
    (draw, [b = 1, t = 1, i = 1, h = 1], pick) =>
      heed.rnn(
        draw.small(b, t, i),
        draw.small(b, h),
        draw.small(h, i),
        draw.small(h, h),
        draw.small(h),
        draw.small(h),
        pick & 1 ? draw.lengths(t, b) : null,
        { reverse: (pick & 2) > 0 },
      ),
  ],
  [
    "softmaxCrossEntropy",
    (draw, [a = 1, b = 1, c = 1]) => heed.softmaxCrossEntropy(draw.normal(a, b, c + 1), draw.ids(c + 1, a, b)),
  ],
];
