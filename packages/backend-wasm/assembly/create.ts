/** New values: constants, random numbers, conversions. */

/** `value` as bits, into elements `begin` … `end` − 1 of 4 bytes. */
export function fill(begin: i32, end: i32, _scratch: usize, out: usize, bits: i32): void {
  const value = i32x4.splat(bits);
  const stop = out + (<usize>end << 2);
  // Buffers are rounded up: a last, incomplete vector harms nobody.
  for (let to = out + (<usize>begin << 2); to < stop; to += 16) v128.store(to, value);
}

/** Numbers in [0, 1): MurmurHash3's finaliser of a counter. */
export function uniform(begin: i32, end: i32, _scratch: usize, out: usize, seed: i32): void {
  for (let i = begin; i < end; i += 4) v128.store(out + (<usize>i << 2), uniformAt(i, seed));
}

/** Numbers i … i + 3 of {@link uniform}. */
@inline
export function uniformAt(i: i32, seed: i32): v128 {
  const index = i32x4.add(i32x4.splat(i), i32x4(0, 1, 2, 3));
  let hash = i32x4.add(i32x4.mul(index, i32x4.splat(0x9e3779b9)), i32x4.splat(seed));
  hash = i32x4.mul(v128.xor(hash, i32x4.shr_u(hash, 16)), i32x4.splat(0x85ebca6b));
  hash = i32x4.mul(v128.xor(hash, i32x4.shr_u(hash, 13)), i32x4.splat(0xc2b2ae35));
  hash = i32x4.shr_u(v128.xor(hash, i32x4.shr_u(hash, 16)), 8);
  return f32x4.mul(f32x4.convert_i32x4_s(hash), f32x4.splat(1.0 / 16777216.0));
}

/** What JavaScript's Int32Array makes of a number: the fraction is cut off, the rest wraps, ∞ and NaN give 0. */
@inline
function toInteger(x: f32): i32 {
  if (abs<f32>(x) < 2147483648) return <i32>x;
  if (!(abs<f32>(x) < Infinity)) return 0;
  const wide = <f64>x;
  return <i32><u32>(wide - Math.floor(wide / 4294967296) * 4294967296);
}

/** Between dtypes f32 (0), i32 (1) and bool (2). */
export function cast(begin: i32, end: i32, _scratch: usize, from: i32, to: i32, x: usize, out: usize): void {
  for (let i = <usize>begin; i < <usize>end; i++) {
    const wide = i << 2;
    if (to == 2) {
      store<u8>(out + i, from == 0 ? u8(load<f32>(x + wide) != 0) : from == 1 ? u8(load<i32>(x + wide) != 0) : load<u8>(x + i));
    } else if (to == 1) {
      store<i32>(out + wide, from == 0 ? toInteger(load<f32>(x + wide)) : from == 1 ? load<i32>(x + wide) : load<u8>(x + i));
    } else {
      store<f32>(out + wide, from == 0 ? load<f32>(x + wide) : from == 1 ? <f32>load<i32>(x + wide) : <f32>load<u8>(x + i));
    }
  }
}
