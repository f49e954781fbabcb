/** Dropout: the gradient is the same function of the cotangent. */
import { uniformAt } from "./create";

/** x / (1 − probability) where the random number of the place is at least `probability`, else 0. */
export function dropout(begin: i32, end: i32, _scratch: usize, x: usize, out: usize, probability: f32, scale: f32, seed: i32): void {
  const limit = f32x4.splat(probability);
  const factor = f32x4.splat(scale);
  for (let i = begin; i < end; i += 4) {
    const at = <usize>i << 2;
    const kept = f32x4.ge(uniformAt(i, seed), limit);
    v128.store(out + at, v128.and(f32x4.mul(v128.load(x + at), factor), kept));
  }
}
