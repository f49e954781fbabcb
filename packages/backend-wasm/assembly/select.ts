/** condition ? a : b, with broadcasting. */
import { rowOffset } from "./strides";

/**
 * Rows `begin` … `end` − 1 of the result, `n` long, of elements of `width` bytes. The outer axes of the condition stand
 * in `axesC` as operand 0, those of a and b in `axes`.
 */
export function select(
  begin: i32, end: i32, _scratch: usize, width: i32, condition: usize, a: usize, b: usize, out: usize,
  n: i32, stepC: i32, stepA: i32, stepB: i32, rank: i32, axesC: usize, axes: usize,
): void {
  for (let i = begin; i < end; i++) {
    const c = condition + rowOffset(i, rank, axesC, 0);
    const x = a + rowOffset(i, rank, axes, 0);
    const y = b + rowOffset(i, rank, axes, 1);
    const z = out + <usize>i * <usize>n * <usize>width;
    if (width == 4) selectRow(c, x, y, z, n, stepC, stepA, stepB);
    else {
      for (let j: usize = 0; j < <usize>n; j++) {
        store<u8>(z + j, load<u8>(c + j * stepC) ? load<u8>(x + j * stepA) : load<u8>(y + j * stepB));
      }
    }
  }
}

function selectRow(c: usize, a: usize, b: usize, out: usize, n: i32, stepC: i32, stepA: i32, stepB: i32): void {
  const vectors = out + (<usize>(n & ~3) << 2);
  const end = out + (<usize>n << 2);
  const once = i32x4.ne(i32x4.splat(load<u8>(c)), i32x4.splat(0));
  const a0 = v128.load32_splat(a);
  const b0 = v128.load32_splat(b);
  for (; out < vectors; out += 16) {
    const bytes = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(c)));
    const mask = stepC ? i32x4.ne(bytes, i32x4.splat(0)) : once;
    v128.store(out, v128.bitselect(stepA ? v128.load(a) : a0, stepB ? v128.load(b) : b0, mask));
    c += <usize>stepC << 2;
    a += <usize>stepA << 4;
    b += <usize>stepB << 4;
  }
  for (; out < end; out += 4) {
    store<i32>(out, load<u8>(c) ? load<i32>(a) : load<i32>(b));
    c += <usize>stepC;
    a += <usize>stepA << 2;
    b += <usize>stepB << 2;
  }
}
