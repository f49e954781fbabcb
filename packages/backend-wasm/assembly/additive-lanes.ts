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
