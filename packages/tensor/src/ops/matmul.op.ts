import { ShapeError } from "../errors.js";
import type { Op } from "../op.js";
import { primitive } from "../primitive.js";
import { assertDType, sumTo } from "../rules.js";
import { broadcastShapes, formatShape } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { reshape } from "./reshape.op.js";

/** Which operands are stored with their last two axes exchanged; nothing is copied. */
export interface MatmulOptions {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/**
 * The matrix product of the last two axes, `[..., m, k] · [..., k, n] -> [..., m, n]`; leading axes broadcast.
 * PyTorch: `torch.matmul`, for two axes or more.
 *
 * @throws ShapeError when the inner sizes differ
 */
export const matmul: Op<[Tensor, Tensor], MatmulOptions> = primitive({
  name: "matmul",
  inputs: ["a", "b"],
  shapes: "... i j, ... k l -> ... m n",
  samples: [
    { args: ({ randn }) => [randn(3, 4), randn(4, 5)] },
    { label: "transposed b", args: ({ randn }) => [randn(3, 4), randn(5, 4)], params: { transposeB: true } },
    { label: "transposed a", args: ({ randn }) => [randn(4, 3), randn(4, 5)], params: { transposeA: true } },
    {
      label: "both transposed",
      args: ({ randn }) => [randn(4, 3), randn(5, 4)],
      params: { transposeA: true, transposeB: true },
    },
    { label: "batched", args: ({ randn }) => [randn(2, 3, 4), randn(2, 4, 5)] },
    {
      label: "batched by one matrix",
      args: ({ randn }) => [randn(2, 3, 4), randn(5, 4)],
      params: { transposeB: true },
    },
    { label: "broadcast batches", args: ({ randn }) => [randn(2, 1, 3, 4), randn(3, 4, 2)] },
    {
      label: "batched, transposed a",
      args: ({ randn }) => [randn(2, 4, 3), randn(2, 4, 5)],
      params: { transposeA: true },
    },
    { label: "odd sizes", args: ({ randn }) => [randn(7, 13), randn(13, 9)] },
    { label: "one row", args: ({ randn }) => [randn(1, 17), randn(17, 6)] },
  ],
  output: ({ transposeA = false, transposeB = false }, a, b) => {
    assertDType("matmul", "a", a, "f32");
    assertDType("matmul", "b", b, "f32");
    const [m, inner] = lastTwo(a, transposeA);
    const [other, n] = lastTwo(b, transposeB);
    if (inner !== other) {
      throw new ShapeError(
        `matmul: the inner sizes differ, ${inner} and ${other}: a ${formatShape(a.shape)}${transposeA ? " transposed" : ""} by b ${formatShape(b.shape)}${transposeB ? " transposed" : ""}.`,
      );
    }
    const batch = broadcastShapes("matmul", a.shape.slice(0, -2), b.shape.slice(0, -2));
    return { shape: [...batch, m, n], dtype: "f32" };
  },
  forward: (backend, spec, { transposeA = false, transposeB = false }, a, b) =>
    backend.matmul(a, b, spec.shape, { a: transposeA, b: transposeB }),
  vjp: ({ cotangent: g, inputs: [a, b], params: { transposeA = false, transposeB = false } }, position) => {
    if (position === 0) {
      const gradient = transposeA
        ? matmul(b, g, { transposeA: transposeB, transposeB: true })
        : matmul(g, b, { transposeB: !transposeB });
      return sumTo(gradient, a.shape);
    }
    if (b.shape.length === 2 && !transposeA) {
      // One matrix for the whole batch: its gradient is a single product over all rows.
      const rows = reshape(a, { shape: [-1, a.shape.at(-1)!] });
      const cotangents = reshape(g, { shape: [-1, g.shape.at(-1)!] });
      return transposeB
        ? matmul(cotangents, rows, { transposeA: true })
        : matmul(rows, cotangents, { transposeA: true });
    }
    const gradient = transposeB
      ? matmul(g, a, { transposeA: true, transposeB: transposeA })
      : matmul(a, g, { transposeA: !transposeA });
    return sumTo(gradient, b.shape);
  },
});

function lastTwo(x: Tensor, transposed: boolean): [rows: number, columns: number] {
  const rows = x.shape.at(-2)!;
  const columns = x.shape.at(-1)!;
  return transposed ? [columns, rows] : [rows, columns];
}
