/**
 * A long short-term memory over whole sequences, and its gradient through time, for the rows of a batch that are one
 * thread's part.
 *
 * - `gates` - [b, t, 4h], the input's part of i, f, g, o; `states`, `cells` - [b, t, h], before each step
 * - `saved` - [b, t, 5h]: i, f, g, o and tanh(c′), kept for the gradient, or 0
 */
import { gemm } from "./gemm";
import { sigmoid, tanh } from "./math";
import { madd, nmadd, put } from "./simd";

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
      if (lengths && load<i32>(lengths + (i << 2)) <= time) {
        memory.copy(next, states + place, row);
        memory.copy(nextCell, cells + place, row);
        memory.fill(outputs + place, 0, row);
        continue;
      }
      lstmCell(h, gates + 4 * place, recurrent + i * 4 * row, cells + place, next, nextCell, outputs + place, saved ? saved + 5 * place : 0);
    }
  }
}

function lstmCell(h: i32, gates: usize, recurrent: usize, cell: usize, next: usize, nextCell: usize, out: usize, saved: usize): void {
  const row = <usize>h << 2;
  let left = h;
  for (let at: usize = 0; left > 0; left -= 4, at += 16) {
    const a = gates + at;
    const u = recurrent + at;
    const i = sigmoid(f32x4.add(v128.load(a), v128.load(u)));
    const f = sigmoid(f32x4.add(v128.load(a + row), v128.load(u + row)));
    const g = tanh(f32x4.add(v128.load(a + 2 * row), v128.load(u + 2 * row)));
    const o = sigmoid(f32x4.add(v128.load(a + 3 * row), v128.load(u + 3 * row)));
    const c = madd(f, v128.load(cell + at), f32x4.mul(i, g));
    const squashed = tanh(c);
    const hidden = f32x4.mul(o, squashed);
    put(nextCell + at, c, left);
    put(next + at, hidden, left);
    put(out + at, hidden, left);
    if (saved) {
      put(saved + at, i, left);
      put(saved + at + row, f, left);
      put(saved + at + 2 * row, g, left);
      put(saved + at + 3 * row, o, left);
      put(saved + at + 4 * row, squashed, left);
    }
  }
}

/**
 * Back through time. `dState` and `dCell` [b, h] come with the cotangents of the last states and leave with those of
 * the first; `dOutputs` may be 0. `dGates` is [b, t, 4h].
 */
export function lstmBackward(
  begin: i32, end: i32, scratch: usize, b: i32, t: i32, h: i32, weight: usize, packed: i32,
  lengths: usize, reverse: i32, cells: usize, saved: usize, dOutputs: usize, dState: usize, dCell: usize, dGates: usize,
): void {
  const row = <usize>h << 2;
  for (let step = t - 1; step >= 0; step--) {
    const time = reverse ? t - 1 - step : step;
    for (let i = <usize>begin; i < <usize>end; i++) {
      const place = (i * <usize>t + <usize>time) * row;
      if (lengths && load<i32>(lengths + (i << 2)) <= time) {
        memory.fill(dGates + 4 * place, 0, 4 * row);
        continue;
      }
      const dOut = dOutputs ? dOutputs + place : 0;
      lstmCellGradient(h, saved + 5 * place, cells + place, dOut, dState + i * row, dCell + i * row, dGates + 4 * place);
    }
    // What the cells passed on went through the gates: the state's own cotangent starts anew, but for finished rows.
    const from = dGates + <usize>time * 4 * row;
    gemm(begin, end, scratch, 0, b, h, 4 * h, from, 4 * row * <usize>t, 0, weight, row, 0, packed, dState, row, 0, 1);
  }
}

function lstmCellGradient(h: i32, saved: usize, cell: usize, dOut: usize, dState: usize, dCell: usize, dGates: usize): void {
  const row = <usize>h << 2;
  const one = f32x4.splat(1);
  let left = h;
  for (let at: usize = 0; left > 0; left -= 4, at += 16) {
    const i = v128.load(saved + at);
    const f = v128.load(saved + at + row);
    const g = v128.load(saved + at + 2 * row);
    const o = v128.load(saved + at + 3 * row);
    const squashed = v128.load(saved + at + 4 * row);
    let d = v128.load(dState + at);
    if (dOut) d = f32x4.add(d, v128.load(dOut + at));
    const dc = madd(f32x4.mul(d, o), nmadd(squashed, squashed, one), v128.load(dCell + at));
    const di = f32x4.mul(f32x4.mul(dc, g), f32x4.mul(i, f32x4.sub(one, i)));
    const df = f32x4.mul(f32x4.mul(dc, v128.load(cell + at)), f32x4.mul(f, f32x4.sub(one, f)));
    const dg = f32x4.mul(f32x4.mul(dc, i), nmadd(g, g, one));
    const dout = f32x4.mul(f32x4.mul(d, squashed), f32x4.mul(o, f32x4.sub(one, o)));
    put(dState + at, f32x4.splat(0), left);
    put(dCell + at, f32x4.mul(dc, f), left);
    put(dGates + at, di, left);
    put(dGates + at + row, df, left);
    put(dGates + at + 2 * row, dg, left);
    put(dGates + at + 3 * row, dout, left);
  }
}
