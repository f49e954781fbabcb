/**
 * An Elman network over whole sequences, and its gradient through time, for the rows of a batch that are one thread's
 * part.
 *
 * - `gates` - [b, t, h], the input's part; `states` - [b, t, h], the state before each step
 */
import { gemm } from "./gemm";
import { tanh } from "./math";
import { throughTanh } from "./recurrent-math";
import { isOver, restoreFinished } from "./recurrent-padding";
import { put } from "./simd";

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
      if (isOver(lengths, i, time)) {
        memory.copy(next, states + place, row);
        memory.fill(outputs + place, 0, row);
        continue;
      }
      rnnCell(relu, h, gates + place, recurrent + i * row, next, outputs + place);
    }
  }
}

/**
 * Back through time. `dState` [b, h] comes with the cotangent of the last state and leaves with that of the first;
 * `dOutputs` may be 0. `dGates` is [b, t, h].
 *
 * @param productBytes - workspace of the products; 4h bytes for each row of the part follow
 */
export function rnnBackward(
  begin: i32, end: i32, scratch: usize, b: i32, t: i32, h: i32, weight: usize, packed: i32, productBytes: i32,
  lengths: usize, reverse: i32, outputs: usize, dOutputs: usize, dState: usize, dGates: usize, relu: i32,
): void {
  const row = <usize>h << 2;
  const spare = scratch + <usize>productBytes;
  for (let step = t - 1; step >= 0; step--) {
    const time = reverse ? t - 1 - step : step;
    for (let i = <usize>begin; i < <usize>end; i++) {
      const place = (i * <usize>t + <usize>time) * row;
      if (isOver(lengths, i, time)) {
        memory.copy(spare + (i - <usize>begin) * row, dState + i * row, row);
        memory.fill(dGates + place, 0, row);
        continue;
      }
      rnnCellGradient(relu, h, outputs + place, dOutputs ? dOutputs + place : 0, dState + i * row, dGates + place);
    }
    const from = dGates + <usize>time * row;
    gemm(begin, end, scratch, 0, b, h, h, from, row * <usize>t, 0, weight, row, 0, packed, dState, row, 0, 1);
    restoreFinished(begin, end, lengths, time, spare, dState, row);
  }
}

@inline
function activate(relu: i32, x: v128): v128 {
  return relu ? f32x4.max(x, f32x4.splat(0)) : tanh(x);
}

@inline
function throughActivation(relu: i32, g: v128, y: v128): v128 {
  return relu ? v128.andnot(g, f32x4.le(y, f32x4.splat(0))) : throughTanh(g, y);
}

/** One step for one row, between two products. */
function rnnCell(relu: i32, h: i32, gates: usize, recurrent: usize, next: usize, out: usize): void {
  let left = h;
  for (; left >= 8; left -= 8, gates += 32, recurrent += 32, next += 32, out += 32) {
    const y0 = activate(relu, f32x4.add(v128.load(gates), v128.load(recurrent)));
    const y1 = activate(relu, f32x4.add(v128.load(gates, 16), v128.load(recurrent, 16)));
    v128.store(next, y0);
    v128.store(next, y1, 16);
    v128.store(out, y0);
    v128.store(out, y1, 16);
  }
  for (; left > 0; left -= 4, gates += 16, recurrent += 16, next += 16, out += 16) {
    const y = activate(relu, f32x4.add(v128.load(gates), v128.load(recurrent)));
    put(next, y, left);
    put(out, y, left);
  }
}

/** The gradient of a step; `dState` becomes 0: all of the gradient of the state before goes through the gates. */
function rnnCellGradient(relu: i32, h: i32, y: usize, dOut: usize, dState: usize, dGates: usize): void {
  const zero = f32x4.splat(0);
  for (let left = h; left > 0; left -= 4, y += 16, dState += 16, dGates += 16) {
    let d = v128.load(dState);
    if (dOut) {
      d = f32x4.add(d, v128.load(dOut));
      dOut += 16;
    }
    put(dGates, throughActivation(relu, d, v128.load(y)), left);
    put(dState, zero, left);
  }
}
