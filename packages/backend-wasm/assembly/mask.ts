/** Masks: one byte an entry, 1 where it may be attended to. */

/** Truth of four entries of a mask, as all ones or zeros; a mask that is repeated along the row has step 0. */
@inline
export function attends(mask: usize, step: i32, j: i32): v128 {
  const bytes = step ? v128.load32_zero(mask + <usize>j) : v128.load8_splat(mask);
  return i32x4.ne(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(bytes)), i32x4.splat(0));
}
