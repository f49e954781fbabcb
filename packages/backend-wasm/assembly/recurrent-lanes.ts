/** Vectors at the end of rows whose length is not a multiple of 4, and small loops over rows. */

/** `n` floats at an address: a whole vector from 4 on, else as many as there are, and 0 behind them. */
@inline
export function lanes(from: usize, n: i32): v128 {
  return n >= 4 ? v128.load(from) : fewLanes(from, n);
}

function fewLanes(from: usize, n: i32): v128 {
  let x = v128.load32_zero(from);
  if (n > 1) x = v128.load_lane<f32>(from, x, 1, 4);
  if (n > 2) x = v128.load_lane<f32>(from, x, 2, 8);
  return x;
}

/** Writes the first `n` lanes, all four from 4 on. */
@inline
export function putLanes(to: usize, x: v128, n: i32): void {
  if (n >= 4) v128.store(to, x);
  else putFewLanes(to, x, n);
}

function putFewLanes(to: usize, x: v128, n: i32): void {
  v128.store_lane<f32>(to, x, 0);
  if (n > 1) v128.store_lane<f32>(to, x, 1, 4);
  if (n > 2) v128.store_lane<f32>(to, x, 2, 8);
}

/** to[j] += from[j] for n floats. */
export function addRow(from: usize, to: usize, n: i32): void {
  let j = n;
  for (; j >= 8; j -= 8, from += 32, to += 32) {
    const x0 = f32x4.add(v128.load(to), v128.load(from));
    const x1 = f32x4.add(v128.load(to, 16), v128.load(from, 16));
    v128.store(to, x0);
    v128.store(to, x1, 16);
  }
  for (; j > 0; j -= 4, from += 16, to += 16) putLanes(to, f32x4.add(lanes(to, j), lanes(from, j)), j);
}
