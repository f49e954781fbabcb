import { ShapeError } from "../errors.js";
import type { Op } from "../op.js";
import { primitive } from "../primitive.js";
import { assertDType, sumTo } from "../rules.js";
import { broadcastShapes, formatShape, type Shape, sizeOf } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { reshape } from "./reshape.op.js";

/** Which operands are stored with their last two axes exchanged; nothing is copied. */
export interface MatmulOptions {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/**
 * The matrix product of the last two axes, `[..., m, k] · [..., k, n] -> [..., m, n]`; leading axes broadcast. A vector
 * counts as a row on the left and as a column on the right, and its axis of size 1 is left out of the result:
 * `[k] · [k] -> []`, `[..., m, k] · [k] -> [..., m]`, `[k] · [..., k, n] -> [..., n]`. PyTorch: `torch.matmul`.
 *
 * - `a` - `[..., m, k]`; `b` - `[..., k, n]`; returns `[..., m, n]`
 *
 * @throws ShapeError when the inner sizes differ, an argument is a scalar, or a vector is marked as transposed
 */
export const matmul: Op<[a: Tensor, b: Tensor], MatmulOptions> = primitive({
  name: "matmul",
  inputs: ["a", "b"],
  options: { "transposeA?": "boolean", "transposeB?": "boolean" },
  shapes: "... i, ... j -> ...",
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
    { label: "vector by vector", args: ({ randn }) => [randn(5), randn(5)] },
    { label: "matrix by vector", args: ({ randn }) => [randn(3, 4), randn(4)] },
    { label: "vector by matrix", args: ({ randn }) => [randn(4), randn(3, 4)], params: { transposeB: true } },
    {
      label: "batched matrix by vector",
      args: ({ randn }) => [randn(2, 4, 3), randn(4)],
      params: { transposeA: true },
    },
    { label: "vector by batched matrix", args: ({ randn }) => [randn(3), randn(2, 3, 4)] },
  ],
  output: ({ transposeA = false, transposeB = false }, a, b) => {
    assertDType("matmul", "a", a, "f32");
    assertDType("matmul", "b", b, "f32");
    if (transposeA) assertMatrix("transposeA", "a", a);
    if (transposeB) assertMatrix("transposeB", "b", b);
    const [inner, other] = [
      a.shape.at(transposeA ? -2 : -1)!,
      b.shape.at(transposeB || b.shape.length === 1 ? -1 : -2)!,
    ];
    if (inner !== other) {
      throw new ShapeError(
        `matmul: the inner sizes differ, ${inner} and ${other}: a ${formatShape(a.shape)}${transposeA ? " transposed" : ""} by b ${formatShape(b.shape)}${transposeB ? " transposed" : ""}.`,
      );
    }
    const shape = productShape(a, b, { transposeA, transposeB });
    if (areMatrices(a, b)) return { shape, dtype: "f32" };
    const [rows, columns] = [a.shape.length === 1 ? [] : [shape.at(-2)!], b.shape.length === 1 ? [] : [shape.at(-1)!]];
    return { shape: [...shape.slice(0, -2), ...rows, ...columns], dtype: "f32" };
  },
  forward: (backend, spec, { transposeA = false, transposeB = false }, a, b) => {
    const transposed = { a: transposeA, b: transposeB };
    if (areMatrices(a, b)) return backend.matmul(a, b, spec.shape, transposed);
    const row = { buffer: a.buffer, shape: asRow(a), dtype: a.dtype };
    const column = { buffer: b.buffer, shape: asColumn(b), dtype: b.dtype };
    return backend.matmul(row, column, productShape(a, b, { transposeA, transposeB }), transposed);
  },
  vjp: ({ cotangent, inputs: [a, b], params }, position) => {
    if (areMatrices(a, b)) return gradientOf(a, b, cotangent, params, position);
    const row = reshape(a, { shape: asRow(a) });
    const column = reshape(b, { shape: asColumn(b) });
    const product = reshape(cotangent, { shape: productShape(a, b, params) });
    return reshape(gradientOf(row, column, product, params, position), { shape: position === 0 ? a.shape : b.shape });
  },
});

/** The gradient for one of two matrices, or batches of them; g is that of the product. */
function gradientOf(
  a: Tensor,
  b: Tensor,
  g: Tensor,
  { transposeA = false, transposeB = false }: MatmulOptions,
  position: number,
): Tensor {
  if (position === 0) {
    const gradient = transposeA
      ? matmul(b, g, { transposeA: transposeB, transposeB: true })
      : matmul(g, b, { transposeB: !transposeB });
    return sumTo(gradient, a.shape);
  }
  if (b.shape.length === 2 && !transposeA) {
    // One matrix for the whole batch: its gradient is a single product over all rows.
    const count = sizeOf(a.shape.slice(0, -1));
    const rows = reshape(a, { shape: [count, a.shape.at(-1)!] });
    const cotangents = reshape(g, { shape: [count, g.shape.at(-1)!] });
    return transposeB ? matmul(cotangents, rows, { transposeA: true }) : matmul(rows, cotangents, { transposeA: true });
  }
  const gradient = transposeB
    ? matmul(g, a, { transposeA: true, transposeB: transposeA })
    : matmul(a, g, { transposeA: !transposeA });
  return sumTo(gradient, b.shape);
}

function areMatrices(a: Tensor, b: Tensor): boolean {
  return a.shape.length > 1 && b.shape.length > 1;
}

function assertMatrix(option: string, name: string, x: Tensor): void {
  if (x.shape.length > 1) return;
  throw new ShapeError(`matmul: ${option} needs ${name} with two axes or more, got ${formatShape(x.shape)}.`);
}

function asRow({ shape }: Tensor): Shape {
  return shape.length === 1 ? [1, shape[0]!] : shape;
}

function asColumn({ shape }: Tensor): Shape {
  return shape.length === 1 ? [shape[0]!, 1] : shape;
}

/** The shape of the product of two matrices, or batches of them, that vectors stand for. */
function productShape(a: Tensor, b: Tensor, { transposeA = false, transposeB = false }: MatmulOptions): Shape {
  const [left, right] = [asRow(a), asColumn(b)];
  const batch =
    left.length === 2 && right.length === 2 ? [] : broadcastShapes("matmul", left.slice(0, -2), right.slice(0, -2));
  return [...batch, left.at(transposeA ? -1 : -2)!, right.at(transposeB ? -2 : -1)!];
}
