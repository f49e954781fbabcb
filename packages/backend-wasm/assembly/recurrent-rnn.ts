/**
 * An Elman network over whole sequences, and its gradient through time, for the rows of a batch that are one thread's
 * part.
 *
 * - `gates` - [b, t, h], the input's part; `states` - [b, t, h], the state before each step
 */
import { gemm } from "./gemm";
import { tanh } from "./math";
import { nmadd, put } from "./simd";

/** `recurrent` is a workspace [b, h] that all threads share, each its own rows. */
export function rnnForward(
  begin: i32, end: i32, scratch: usize, b: i32, t: i32, h: i32, gates: usize,
  weight: usize, packed: i32, bias: usize, lengths: usize, reverse: i32,
  states: usize, outputs: usize, last: usize, recurrent: usize, relu: i32,
): void {
  const row = <usize>h << 2;
  for (let step = 0; step < t; step++) {
    const time = reverse ? t - 1 - step : step;
    const before = states + <usize>time * row;
    gemm(begin, end, scratch, 0, b, h, h, before, row * <usize>t, 0, weight, row, 1, packed, recurrent, row, bias, 0);
    for (let i = <usize>begin; i < <usize>end; i++) {
      const place = (i * <usize>t + <usize>time) * row;
      const next = step == t - 1 ? last + i * row : states + place + (reverse ? -row : row);
      if (lengths && load<i32>(lengths + (i << 2)) <= time) {
        memory.copy(next, states + place, row);
        memory.fill(outputs + place, 0, row);
        continue;
      }
      let left = h;
      for (let at: usize = 0; left > 0; left -= 4, at += 16) {
        const a = f32x4.add(v128.load(gates + place + at), v128.load(recurrent + i * row + at));
        const y = relu ? f32x4.max(a, f32x4.splat(0)) : tanh(a);
        put(next + at, y, left);
        put(outputs + place + at, y, left);
      }
    }
  }
}

/**
 * Back through time. `dState` [b, h] comes with the cotangent of the last state and leaves with that of the first;
 * `dOutputs` may be 0. `dGates` is [b, t, h].
 */
export function rnnBackward(
  begin: i32, end: i32, scratch: usize, b: i32, t: i32, h: i32, weight: usize, packed: i32,
  lengths: usize, reverse: i32, outputs: usize, dOutputs: usize, dState: usize, dGates: usize, relu: i32,
): void {
  const row = <usize>h << 2;
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  for (let step = t - 1; step >= 0; step--) {
    const time = reverse ? t - 1 - step : step;
    for (let i = <usize>begin; i < <usize>end; i++) {
      const place = (i * <usize>t + <usize>time) * row;
      if (lengths && load<i32>(lengths + (i << 2)) <= time) {
        memory.fill(dGates + place, 0, row);
        continue;
      }
      let left = h;
      for (let at: usize = 0; left > 0; left -= 4, at += 16) {
        const y = v128.load(outputs + place + at);
        let d = v128.load(dState + i * row + at);
        if (dOutputs) d = f32x4.add(d, v128.load(dOutputs + place + at));
        d = relu ? v128.and(d, f32x4.gt(y, zero)) : f32x4.mul(d, nmadd(y, y, one));
        put(dState + i * row + at, zero, left);
        put(dGates + place + at, d, left);
      }
    }
    const from = dGates + <usize>time * row;
    gemm(begin, end, scratch, 0, b, h, h, from, row * <usize>t, 0, weight, row, 0, packed, dState, row, 0, 1);
  }
}
