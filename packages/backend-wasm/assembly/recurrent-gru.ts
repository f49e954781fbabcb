/**
 * A gated recurrent unit over whole sequences, and its gradient through time, for the rows of a batch that are one
 * thread's part: rows never meet, so threads need not wait for each other.
 *
 * - `gates` - [b, t, 3h], the input's part of r, z, n; `states` - [b, t, h], the state before each step
 * - `saved` - [b, t, 4h]: r, z, n and U_n h, kept for the gradient, or 0
 */
import { gemm } from "./gemm";
import { sigmoid, tanh } from "./math";
import { madd, nmadd, put } from "./simd";

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
      if (lengths && load<i32>(lengths + (i << 2)) <= time) {
        memory.copy(next, own, row);
        memory.fill(out, 0, row);
        continue;
      }
      gruCell(h, gates + place * 3 * row, recurrent + i * 3 * row, own, next, out, saved ? saved + place * 4 * row : 0);
    }
  }
}

function gruCell(h: i32, gates: usize, recurrent: usize, state: usize, next: usize, out: usize, saved: usize): void {
  const row = <usize>h << 2;
  let at: usize = 0;
  let left = h;
  for (; left >= 8; left -= 8, at += 32) {
    const g = gates + at;
    const u = recurrent + at;
    const r0 = sigmoid(f32x4.add(v128.load(g), v128.load(u)));
    const r1 = sigmoid(f32x4.add(v128.load(g, 16), v128.load(u, 16)));
    const z0 = sigmoid(f32x4.add(v128.load(g + row), v128.load(u + row)));
    const z1 = sigmoid(f32x4.add(v128.load(g + row, 16), v128.load(u + row, 16)));
    const u0 = v128.load(u + 2 * row);
    const u1 = v128.load(u + 2 * row, 16);
    const n0 = tanh(madd(r0, u0, v128.load(g + 2 * row)));
    const n1 = tanh(madd(r1, u1, v128.load(g + 2 * row, 16)));
    const h0 = madd(z0, f32x4.sub(v128.load(state + at), n0), n0);
    const h1 = madd(z1, f32x4.sub(v128.load(state + at, 16), n1), n1);
    v128.store(next + at, h0);
    v128.store(next + at, h1, 16);
    v128.store(out + at, h0);
    v128.store(out + at, h1, 16);
    if (saved) {
      const s = saved + at;
      v128.store(s, r0);
      v128.store(s, r1, 16);
      v128.store(s + row, z0);
      v128.store(s + row, z1, 16);
      v128.store(s + 2 * row, n0);
      v128.store(s + 2 * row, n1, 16);
      v128.store(s + 3 * row, u0);
      v128.store(s + 3 * row, u1, 16);
    }
  }
  for (; left > 0; left -= 4, at += 16) {
    const g = gates + at;
    const u = recurrent + at;
    const r = sigmoid(f32x4.add(v128.load(g), v128.load(u)));
    const z = sigmoid(f32x4.add(v128.load(g + row), v128.load(u + row)));
    const un = v128.load(u + 2 * row);
    const n = tanh(madd(r, un, v128.load(g + 2 * row)));
    const hidden = madd(z, f32x4.sub(v128.load(state + at), n), n);
    put(next + at, hidden, left);
    put(out + at, hidden, left);
    if (saved) {
      put(saved + at, r, left);
      put(saved + at + row, z, left);
      put(saved + at + 2 * row, n, left);
      put(saved + at + 3 * row, un, left);
    }
  }
}

/**
 * Back through time. `dState` [b, h] comes with the cotangent of the last state and leaves with that of the first;
 * `dOutputs` may be 0. `dGates` and `dRecurrent` [b, t, 3h] differ in n, which r gates in the recurrent part only.
 */
export function gruBackward(
  begin: i32, end: i32, scratch: usize, b: i32, t: i32, h: i32, weight: usize, packed: i32,
  lengths: usize, reverse: i32, states: usize, saved: usize, dOutputs: usize, dState: usize, dGates: usize, dRecurrent: usize,
): void {
  const row = <usize>h << 2;
  for (let step = t - 1; step >= 0; step--) {
    const time = reverse ? t - 1 - step : step;
    for (let i = <usize>begin; i < <usize>end; i++) {
      const place = i * <usize>t + <usize>time;
      const toGates = dGates + place * 3 * row;
      const toRecurrent = dRecurrent + place * 3 * row;
      if (lengths && load<i32>(lengths + (i << 2)) <= time) {
        memory.fill(toGates, 0, 3 * row);
        memory.fill(toRecurrent, 0, 3 * row);
        continue;
      }
      const dOut = dOutputs ? dOutputs + place * row : 0;
      gruCellGradient(h, saved + place * 4 * row, states + place * row, dOut, dState + i * row, toGates, toRecurrent);
    }
    const from = dRecurrent + <usize>time * 3 * row;
    gemm(begin, end, scratch, 0, b, h, 3 * h, from, 3 * row * <usize>t, 0, weight, row, 0, packed, dState, row, 0, 1);
  }
}

function gruCellGradient(h: i32, saved: usize, state: usize, dOut: usize, dState: usize, dGates: usize, dRecurrent: usize): void {
  const row = <usize>h << 2;
  const one = f32x4.splat(1);
  let left = h;
  for (let at: usize = 0; left > 0; left -= 4, at += 16) {
    const r = v128.load(saved + at);
    const z = v128.load(saved + at + row);
    const n = v128.load(saved + at + 2 * row);
    const un = v128.load(saved + at + 3 * row);
    let d = v128.load(dState + at);
    if (dOut) d = f32x4.add(d, v128.load(dOut + at));
    const dz = f32x4.mul(f32x4.mul(d, f32x4.sub(v128.load(state + at), n)), f32x4.mul(z, f32x4.sub(one, z)));
    const dn = f32x4.mul(f32x4.mul(d, f32x4.sub(one, z)), nmadd(n, n, one));
    const dr = f32x4.mul(f32x4.mul(dn, un), f32x4.mul(r, f32x4.sub(one, r)));
    put(dState + at, f32x4.mul(d, z), left);
    put(dGates + at, dr, left);
    put(dGates + at + row, dz, left);
    put(dGates + at + 2 * row, dn, left);
    put(dRecurrent + at, dr, left);
    put(dRecurrent + at + row, dz, left);
    put(dRecurrent + at + 2 * row, f32x4.mul(dn, r), left);
  }
}
