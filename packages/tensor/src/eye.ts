import type { Backend } from "./backend.js";
import { tensor } from "./create.js";
import { currentBackend } from "./current-backend.js";
import { ShapeError } from "./errors.js";
import type { Tensor } from "./tensor.js";

/**
 * A matrix with 1 on the main diagonal and 0 elsewhere, as f32. PyTorch: `torch.eye`.
 *
 * @param columns - by default as many as rows
 * @throws ShapeError when a size is not a whole number ≥ 0
 * @example
 * eye(3); // [3, 3]
 */
export function eye(rows: number, columns: number = rows, backend: Backend = currentBackend()): Tensor {
  for (const size of [rows, columns]) {
    if (!Number.isInteger(size) || size < 0) throw new ShapeError(`eye: sizes must be integers ≥ 0, got ${size}.`);
  }
  const values = new Float32Array(rows * columns);
  for (let i = 0; i < Math.min(rows, columns); i++) values[i * columns + i] = 1;
  return tensor(values, { shape: [rows, columns], backend });
}
