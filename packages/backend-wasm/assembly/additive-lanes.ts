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

/** The sums of four times eight floats at an address. */
@inline
export function sumsOfPairs(from: usize): v128 {
  const x0 = f32x4.add(v128.load(from), v128.load(from, 16));
  const x1 = f32x4.add(v128.load(from, 32), v128.load(from, 48));
  const x2 = f32x4.add(v128.load(from, 64), v128.load(from, 80));
  const x3 = f32x4.add(v128.load(from, 96), v128.load(from, 112));
  const low = f32x4.add(v128.shuffle<f32>(x0, x1, 0, 4, 1, 5), v128.shuffle<f32>(x0, x1, 2, 6, 3, 7));
  const high = f32x4.add(v128.shuffle<f32>(x2, x3, 0, 4, 1, 5), v128.shuffle<f32>(x2, x3, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(low, high, 0, 1, 4, 5), v128.shuffle<f32>(low, high, 2, 3, 6, 7));
}
