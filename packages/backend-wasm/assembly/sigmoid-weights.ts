/** Sigmoid weights over rows of n neighbours where a mask is true, and their gradient. */
import { attends } from "./mask";
import { sigmoid } from "./math";
import { put } from "./simd";
import { rowOffset } from "./strides";

/** 1 / (1 + e⁻ˣ) where the mask is true, elsewhere 0, in rows `begin` … `end` − 1. */
export function maskedSigmoid(
  begin: i32, end: i32, _scratch: usize, x: usize, out: usize, n: i32, mask: usize, step: i32, rank: i32, axes: usize,
): void {
  for (let i = begin; i < end; i++) {
    const at = <usize>i * <usize>n << 2;
    const row = mask + rowOffset(i, rank, axes, 0);
    for (let j = 0; j < n; j += 4) {
      const place = at + (<usize>j << 2);
      put(out + place, v128.and(sigmoid(v128.load(x + place)), attends(row, step, j)), n - j);
    }
  }
}

/** g ⊙ y ⊙ (1 − y) where the mask is true (everywhere if its address is 0), elsewhere 0, whatever g is. */
export function sigmoidGradient(
  begin: i32, end: i32, _scratch: usize, y: usize, g: usize, out: usize, n: i32, mask: usize, step: i32, rank: i32, axes: usize,
): void {
  const one = f32x4.splat(1);
  for (let i = begin; i < end; i++) {
    const at = <usize>i * <usize>n << 2;
    const row = mask ? mask + rowOffset(i, rank, axes, 0) : 0;
    for (let j = 0; j < n; j += 4) {
      const place = at + (<usize>j << 2);
      const weight = v128.load(y + place);
      const slope = f32x4.mul(v128.load(g + place), f32x4.mul(weight, f32x4.sub(one, weight)));
      put(out + place, mask ? v128.and(slope, attends(row, step, j)) : slope, n - j);
    }
  }
}
