import {
  add,
  Draw,
  entmax15,
  gru,
  layerNorm,
  logSoftmax,
  lstm,
  maskedSoftmax,
  matmul,
  mean,
  mul,
  Parameter,
  scope,
  sparsemax,
  sum,
  type Tensor,
  tanh,
  use,
} from "@heed/tensor";
import { expect, test } from "vitest";
import { createWasm } from "./wasm.js";

const [b, t, i, h, k] = [19, 7, 37, 21, 131];
const step = (outputs: readonly Tensor[]) => outputs[0]!;

/** Operations with kernels of their own, on odd sizes. */
const operations: Readonly<Record<string, (draw: Draw) => readonly [(...inputs: Tensor[]) => Tensor, ...Tensor[]]>> = {
  matmul: ({ randn }) => [(x, y) => matmul(x, y), randn(k, i), randn(i, h)],
  "matmul, transposed": ({ randn }) => [(x, y) => matmul(x, y, { transposeA: true }), randn(i, k), randn(i, h)],
  elementwise: ({ randn }) => [(x, y) => tanh(add(mul(x, y), y)), randn(b, i), randn(b, i)],
  mean: ({ randn }) => [(x) => mean(x, { axis: -1 }), randn(b, k)],
  "sum of rows": ({ randn }) => [(x) => sum(x, { axis: 0 }), randn(k, i)],
  logSoftmax: ({ randn }) => [(x) => logSoftmax(x, { axis: -1 }), randn(b, k)],
  maskedSoftmax: ({ randn, mask }) => {
    const allowed = mask(b, k);
    return [(x) => maskedSoftmax(x!, allowed), randn(b, k)];
  },
  sparsemax: ({ randn }) => [(x) => sparsemax(x, null), randn(b, k)],
  entmax15: ({ randn }) => [(x) => entmax15(x, null), randn(b, k)],
  layerNorm: ({ randn }) => [(x, w, bias) => layerNorm(x, w!, bias!), randn(b, k), randn(k), randn(k)],
  gru: ({ randn, lengths }) => {
    const last = lengths(t, b);
    return [
      (x, s, wi, wh, bi, bh) => step(gru(x!, s!, wi!, wh!, bi!, bh!, last)),
      ...[randn(b, t, i), randn(b, h), randn(3 * h, i), randn(3 * h, h), randn(3 * h), randn(3 * h)],
    ] as const;
  },
  lstm: ({ randn }) => [
    (x, s, c, wi, wh, bi, bh) => step(lstm(x!, s!, c!, wi!, wh!, bi!, bh!, null)),
    ...[randn(b, t, i), randn(b, h), randn(b, h)],
    ...[randn(4 * h, i), randn(4 * h, h), randn(4 * h), randn(4 * h)],
  ],
};

/** The result, and the gradient of each input. */
function bitsOf(name: string): readonly Float32Array[] {
  return scope(() => {
    const [run, ...inputs] = operations[name]!(new Draw(5));
    const parameters = inputs.map((input) => new Parameter(input));
    const result = run(...parameters);
    sum(mul(result, new Draw(6).randn(...result.shape))).backward();
    return [result, ...parameters.map(({ grad }) => grad!)].map((x) => x.dataSync().slice() as Float32Array);
  });
}

test.each(Object.keys(operations))("fused kernels of 128 and of 256 bits give the same bits: %s", async (name) => {
  const [narrow, wide] = await Promise.all(
    (["128", "256"] as const).map(async (simd) => (await createWasm({ threads: 1, simd })).backend),
  );
  await use(narrow!);
  const expected = bitsOf(name);
  await use(wide!);
  expect([narrow!.report().details.kernels, wide!.report().details.kernels]).toEqual(["relaxed128", "relaxed256"]);
  expect(bitsOf(name)).toEqual(expected);
});
