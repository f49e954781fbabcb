/**
 * What all kernels share. `RELAXED` and `NR` are constants of the build: whether fused multiply-add is used, and how
 * many columns a tile of the matrix product has.
 */

/** Sixty-four floats of 0 that nobody writes: where the accumulators of a product without bias begin. */
export const ZEROS: usize = 512;

/** a · b + c, in one rounding where the machine can. */
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  return RELAXED ? v128.relaxed_madd<f32>(a, b, c) : f32x4.add(f32x4.mul(a, b), c);
}

/** c − a · b. */
@inline
export function nmadd(a: v128, b: v128, c: v128): v128 {
  return RELAXED ? v128.relaxed_nmadd<f32>(a, b, c) : f32x4.sub(c, f32x4.mul(a, b));
}

/** The sum of the four lanes, always in the same order. */
@inline
export function sumLanes(x: v128): f32 {
  const pairs = f32x4.add(x, i8x16.shuffle(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

/** Four floats, or as many as are `left`, so that nobody else's memory is written. */
@inline
export function put(to: usize, value: v128, left: i32): void {
  if (left >= 4) v128.store(to, value);
  else putPart(to, value, left);
}

function putPart(to: usize, value: v128, left: i32): void {
  if (left == 1) return v128.store_lane<f32>(to, value, 0);
  v128.store_lane<f64>(to, value, 0);
  if (left == 3) v128.store_lane<f32>(to + 8, value, 2);
}

/** All ones in the first `left` lanes. */
@inline
export function firstLanes(left: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(left));
}

@inline
export function maxLanes(x: v128): f32 {
  const pairs = f32x4.max(x, i8x16.shuffle(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  return max(f32x4.extract_lane(pairs, 0), f32x4.extract_lane(pairs, 1));
}
