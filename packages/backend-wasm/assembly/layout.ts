/** Copies: expand, transpose, slice, pad and concat. Elements are 4 bytes or 1 byte wide. */
import { rowOffset } from "./strides";

/**
 * Copies rows `begin` … `end` − 1, `n` elements each, from strided places (operand 0) to strided places (operand 1);
 * elements of a row lie `step` elements apart in the source and side by side in the target.
 */
export function copyRows(
  begin: i32, end: i32, _scratch: usize, width: i32, from: usize, to: usize, n: i32, step: i32, rank: i32, axes: usize,
): void {
  for (let i = begin; i < end; i++) {
    const x = from + rowOffset(i, rank, axes, 0);
    const y = to + rowOffset(i, rank, axes, 1);
    if (step == 1) copy(x, y, <usize>(n * width));
    else if (width == 4) copyElements<u32>(x, y, n, <usize>step);
    else copyElements<u8>(x, y, n, <usize>step);
  }
}

/** Bytes side by side; short rows without a call to the engine. */
@inline
export function copy(from: usize, to: usize, bytes: usize): void {
  if (bytes > 512) {
    memory.copy(to, from, bytes);
    return;
  }
  const vectors = to + (bytes & ~15);
  const end = to + bytes;
  for (; to < vectors; to += 16, from += 16) v128.store(to, v128.load(from));
  for (; to + 4 <= end; to += 4, from += 4) store<u32>(to, load<u32>(from));
  for (; to < end; to++, from++) store<u8>(to, load<u8>(from));
}

function copyElements<T>(from: usize, to: usize, n: i32, step: usize): void {
  const end = to + <usize>n * sizeof<T>();
  for (; to < end; to += sizeof<T>(), from += step * sizeof<T>()) store<T>(to, load<T>(from));
}

/** Exchanges the axes of matrices `begin` … `end` − 1 of [batch, m, n], 4 bytes an element, in blocks of 4 × 4. */
export function transposeMatrices(begin: i32, end: i32, _scratch: usize, from: usize, to: usize, m: i32, n: i32): void {
  const bytes = <usize>m * <usize>n * 4;
  for (let index = <usize>begin; index < <usize>end; index++) transposeMatrix(from + index * bytes, to + index * bytes, m, n);
}

function transposeMatrix(from: usize, to: usize, m: i32, n: i32): void {
  const rowIn = <usize>n * 4;
  const rowOut = <usize>m * 4;
  const m4 = m & ~3;
  const n4 = n & ~3;
  for (let i = 0; i < m4; i += 4) {
    let x = from + <usize>i * rowIn;
    let y = to + <usize>i * 4;
    for (let j = 0; j < n4; j += 4) {
      const x0 = v128.load(x);
      const x1 = v128.load(x + rowIn);
      const x2 = v128.load(x + 2 * rowIn);
      const x3 = v128.load(x + 3 * rowIn);
      const low01 = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5);
      const low23 = v128.shuffle<f32>(x2, x3, 0, 4, 1, 5);
      const high01 = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7);
      const high23 = v128.shuffle<f32>(x2, x3, 2, 6, 3, 7);
      v128.store(y, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
      v128.store(y + rowOut, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7));
      v128.store(y + 2 * rowOut, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5));
      v128.store(y + 3 * rowOut, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7));
      x += 16;
      y += 4 * rowOut;
    }
  }
  for (let i = 0; i < m; i++) {
    for (let j = i < m4 ? n4 : 0; j < n; j++) {
      store<u32>(to + <usize>j * rowOut + <usize>i * 4, load<u32>(from + <usize>i * rowIn + <usize>j * 4));
    }
  }
}
