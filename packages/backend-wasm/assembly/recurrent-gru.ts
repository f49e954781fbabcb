/**
 * A gated recurrent unit over whole sequences, and its gradient through time, for the rows of a batch that are one
 * thread's part: rows never meet, so threads need not wait for each other.
 *
 * - `gates` - [b, t, 3h], the input's part of r, z, n; `states` - [b, t, h], the state before each step
 * - `saved` - [b, t, 4h]: r, z, n and U_n h, kept for the gradient, or 0
 */
import { gemm } from "./gemm";
import { gruCell, gruCellGradient } from "./recurrent-gru-cell";
import { isOver, restoreFinished } from "./recurrent-padding";

/** `recurrent` is a workspace [b, 3h] that all threads share, each its own rows. */
export function gruForward(
  begin: i32, end: i32, scratch: usize, b: i32, t: i32, h: i32, gates: usize,
  weight: usize, packed: i32, bias: usize, lengths: usize, reverse: i32,
  states: usize, saved: usize, outputs: usize, last: usize, recurrent: usize,
): void {
  const row = <usize>h << 2;
  const sequence = row * <usize>t;
  for (let step = 0; step < t; step++) {
    const time = reverse ? t - 1 - step : step;
    const before = states + <usize>time * row;
    gemm(begin, end, scratch, 0, b, 3 * h, h, before, sequence, 0, weight, row, 1, packed, recurrent, 3 * row, bias, 0);
    for (let i = <usize>begin; i < <usize>end; i++) {
      const place = i * <usize>t + <usize>time;
      const own = states + place * row;
      // Where the next state goes: before the next step, or to the end.
      const next = step == t - 1 ? last + i * row : reverse ? own - row : own + row;
      const out = outputs + place * row;
      if (isOver(lengths, i, time)) {
        memory.copy(next, own, row);
        memory.fill(out, 0, row);
        continue;
      }
      gruCell(h, gates + place * 3 * row, recurrent + i * 3 * row, own, next, out, saved ? saved + place * 4 * row : 0);
    }
  }
}

/**
 * Back through time. `dState` [b, h] comes with the cotangent of the last state and leaves with that of the first;
 * `dOutputs` may be 0. `dGates` and `dRecurrent` [b, t, 3h] differ in n, which r gates in the recurrent part only.
 *
 * @param productBytes - workspace of the products; 4h bytes for each row of the part follow
 */
export function gruBackward(
  begin: i32, end: i32, scratch: usize, b: i32, t: i32, h: i32, weight: usize, packed: i32, productBytes: i32,
  lengths: usize, reverse: i32, states: usize, saved: usize, dOutputs: usize, dState: usize, dGates: usize, dRecurrent: usize,
): void {
  const row = <usize>h << 2;
  const spare = scratch + <usize>productBytes;
  for (let step = t - 1; step >= 0; step--) {
    const time = reverse ? t - 1 - step : step;
    for (let i = <usize>begin; i < <usize>end; i++) {
      const place = i * <usize>t + <usize>time;
      const toGates = dGates + place * 3 * row;
      const toRecurrent = dRecurrent + place * 3 * row;
      if (isOver(lengths, i, time)) {
        memory.copy(spare + (i - <usize>begin) * row, dState + i * row, row);
        memory.fill(toGates, 0, 3 * row);
        memory.fill(toRecurrent, 0, 3 * row);
        continue;
      }
      const dOut = dOutputs ? dOutputs + place * row : 0;
      gruCellGradient(h, saved + place * 4 * row, states + place * row, dOut, dState + i * row, toGates, toRecurrent);
    }
    const from = dRecurrent + <usize>time * 3 * row;
    gemm(begin, end, scratch, 0, b, h, 3 * h, from, 3 * row * <usize>t, 0, weight, row, 0, packed, dState, row, 0, 1);
    restoreFinished(begin, end, lengths, time, spare, dState, row);
  }
}
