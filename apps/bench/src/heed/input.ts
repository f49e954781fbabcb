import { sizeOf, type Tensor, tensor } from "@heed/tensor";
import { values } from "../values.js";

/** Input number `seed` of a work. */
export function input(seed: number, shape: readonly number[], scale: number): Tensor {
  return tensor(values(seed, sizeOf(shape), scale), { shape });
}
