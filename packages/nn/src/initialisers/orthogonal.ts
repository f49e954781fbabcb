import { checkOptionKinds, optionRules, type Random } from "@heed/core";
import { formatShape, reserveElements, type Shape, ShapeError, sizeOf, type Tensor, tensor } from "@heed/tensor";
import { assertDraw } from "./assert-draw.js";
import type { GainOptions } from "./xavier.js";

const rules = optionRules<GainOptions>({ "gain?": "number" });

/**
 * A random matrix with orthonormal rows (or columns, when there are more rows), times `gain`; axes behind the first are
 * taken together. Uniformly distributed: W Wᵀ = gain² · I. PyTorch: `init.orthogonal_`.
 * Source: Saxe et al. 2014, arXiv:1312.6120.
 *
 * @throws ShapeError when the shape has fewer than two axes
 * @example
 * gru.weight_hh_l0.assign(orthogonal(gru.weight_hh_l0.shape, random));
 */
export function orthogonal(shape: Shape, random: Random, options: GainOptions = {}): Tensor {
  checkOptionKinds("orthogonal", ["shape", "random"], rules, options);
  const gain = options?.gain ?? 1;
  assertDraw("orthogonal", shape, random);
  if (shape.length < 2) {
    throw new ShapeError(`orthogonal: needs two axes or more, but the shape is ${formatShape(shape)}.`);
  }
  reserveElements("orthogonal", shape);
  const rows = shape[0]!;
  const columns = sizeOf(shape) / Math.max(rows, 1);
  const wide = rows <= columns;
  const vectors = orthonormal(Math.min(rows, columns), Math.max(rows, columns), random);
  const values = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      values[row * columns + column] = gain * (wide ? vectors[row]![column]! : vectors[column]![row]!);
    }
  }
  return tensor(values, { shape });
}

/** Orthonormal vectors from normal draws, by the modified Gram-Schmidt process: the Q of a QR with positive diagonal. */
function orthonormal(count: number, length: number, random: Random): Float64Array[] {
  const vectors: Float64Array[] = [];
  for (let index = 0; index < count; index++) {
    const vector = Float64Array.from({ length }, () => random.normal());
    for (const earlier of vectors) {
      const overlap = dot(vector, earlier);
      for (let i = 0; i < length; i++) vector[i]! -= overlap * earlier[i]!;
    }
    const norm = Math.sqrt(dot(vector, vector));
    for (let i = 0; i < length; i++) vector[i]! /= norm;
    vectors.push(vector);
  }
  return vectors;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
