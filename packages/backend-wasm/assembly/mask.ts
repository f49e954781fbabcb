/** Masks: one byte an entry, 1 where it may be attended to. */
import { put } from "./simd";

/** Truth of four entries of a mask, as all ones or zeros; a mask that is repeated along the row has step 0. */
@inline
export function attends(mask: usize, step: i32, j: i32): v128 {
  const bytes = step ? v128.load32_zero(mask + <usize>j) : v128.load8_splat(mask);
  return i32x4.ne(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(bytes)), i32x4.splat(0));
}

/**
 * Writes the weights of a row whose largest score is ±∞ or NaN: NaN where the mask is true (everywhere if its address is
 * 0), elsewhere 0. A row without a true entry, whose largest score is −∞, is so all 0.
 */
export function fillUndefined(out: usize, n: i32, mask: usize, step: i32): void {
  const nan = f32x4.splat(NaN);
  for (let j = 0; j < n; j += 4) {
    put(out + (<usize>j << 2), mask ? v128.and(nan, attends(mask, step, j)) : nan, n - j);
  }
}
