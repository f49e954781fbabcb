/**
 * A long short-term memory over whole sequences, and its gradient through time, for the rows of a batch that are one
 * thread's part.
 *
 * - `gates` - [b, t, 4h], the input's part of i, f, g, o; `states`, `cells` - [b, t, h], before each step
 * - `saved` - [b, t, 5h]: i, f, g, o and tanh(c′), kept for the gradient, or 0
 */
import { gemm } from "./gemm";
import { lstmCell, lstmCellGradient } from "./recurrent-lstm-cell";
import { isOver, restoreFinished } from "./recurrent-padding";

/** `recurrent` is a workspace [b, 4h] that all threads share, each its own rows. */
export function lstmForward(
  begin: i32, end: i32, scratch: usize, b: i32, t: i32, h: i32, gates: usize,
  weight: usize, packed: i32, bias: usize, lengths: usize, reverse: i32,
  states: usize, cells: usize, saved: usize, outputs: usize, last: usize, lastCell: usize, recurrent: usize,
): void {
  const row = <usize>h << 2;
  for (let step = 0; step < t; step++) {
    const time = reverse ? t - 1 - step : step;
    const before = states + <usize>time * row;
    gemm(begin, end, scratch, 0, b, 4 * h, h, before, row * <usize>t, 0, weight, row, 1, packed, recurrent, 4 * row, bias, 0);
    for (let i = <usize>begin; i < <usize>end; i++) {
      const place = (i * <usize>t + <usize>time) * row;
      const move = reverse ? -row : row;
      const next = step == t - 1 ? last + i * row : states + place + move;
      const nextCell = step == t - 1 ? lastCell + i * row : cells + place + move;
      if (isOver(lengths, i, time)) {
        memory.copy(next, states + place, row);
        memory.copy(nextCell, cells + place, row);
        memory.fill(outputs + place, 0, row);
        continue;
      }
      lstmCell(h, gates + 4 * place, recurrent + i * 4 * row, cells + place, next, nextCell, outputs + place, saved ? saved + 5 * place : 0);
    }
  }
}

/**
 * Back through time. `dState` and `dCell` [b, h] come with the cotangents of the last states and leave with those of
 * the first; `dOutputs` may be 0. `dGates` is [b, t, 4h].
 *
 * @param productBytes - workspace of the products; 4h bytes for each row of the part follow
 */
export function lstmBackward(
  begin: i32, end: i32, scratch: usize, b: i32, t: i32, h: i32, weight: usize, packed: i32, productBytes: i32,
  lengths: usize, reverse: i32, cells: usize, saved: usize, dOutputs: usize, dState: usize, dCell: usize, dGates: usize,
): void {
  const row = <usize>h << 2;
  const spare = scratch + <usize>productBytes;
  for (let step = t - 1; step >= 0; step--) {
    const time = reverse ? t - 1 - step : step;
    for (let i = <usize>begin; i < <usize>end; i++) {
      const place = (i * <usize>t + <usize>time) * row;
      if (isOver(lengths, i, time)) {
        memory.copy(spare + (i - <usize>begin) * row, dState + i * row, row);
        memory.fill(dGates + 4 * place, 0, 4 * row);
        continue;
      }
      const dOut = dOutputs ? dOutputs + place : 0;
      lstmCellGradient(h, saved + 5 * place, cells + place, dOut, dState + i * row, dCell + i * row, dGates + 4 * place);
    }
    // What the cells passed on went through the gates: the state's own cotangent starts anew, but for finished rows.
    const from = dGates + <usize>time * 4 * row;
    gemm(begin, end, scratch, 0, b, h, 4 * h, from, 4 * row * <usize>t, 0, weight, row, 0, packed, dState, row, 0, 1);
    restoreFinished(begin, end, lengths, time, spare, dState, row);
  }
}
