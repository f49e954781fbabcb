/**
 * One step of a recurrent cell for one sequence, and its gradient: all that happens to a row between two products.
 * Gates lie one after the other, h floats each, in PyTorch's order. Rows may be written in place of what they are made of.
 */
import { sigmoid, tanh } from "./math";
import { madd, nmadd } from "./simd";
import { lanes, putLanes } from "./recurrent-lanes";

const ONE: usize = memory.data<f32>([1]);

@inline
function one(): v128 {
  return v128.load32_splat(ONE);
}

/** a · b · (1 − b): through a sigmoid with the value b. */
@inline
function throughSigmoid(a: v128, b: v128): v128 {
  return f32x4.mul(a, nmadd(b, b, b));
}

/** a · (1 − b²): through a hyperbolic tangent with the value b. */
@inline
function throughTanh(a: v128, b: v128): v128 {
  return f32x4.mul(a, nmadd(b, b, one()));
}

@inline
function sigmoidOfSum(a: usize, b: usize, n: i32): v128 {
  return sigmoid(f32x4.add(lanes(a, n), lanes(b, n)));
}

/**
 * @param input - [3h], the input's part of the gates r, z, n
 * @param recurrent - [3h], the state's part
 * @param active - [3h] for the values of the gates, or 0
 * @param candidate - [h] for the state's part of n, needed by the gradient whenever `active` is
 */
export function gruRow(h: i32, input: usize, recurrent: usize, previous: usize, next: usize, active: usize, candidate: usize): void {
  if (active) gruSteps(true, h, input, recurrent, previous, next, active, candidate);
  else gruSteps(false, h, input, recurrent, previous, next, 0, 0);
}

@inline
function gruSteps(saves: bool, h: i32, input: usize, recurrent: usize, previous: usize, next: usize, active: usize, candidate: usize): void {
  const bytes = <usize>h << 2;
  let j = h;
  for (; j >= 8; j -= 8) {
    const r0 = sigmoidOfSum(input, recurrent, 4);
    const r1 = sigmoidOfSum(input + 16, recurrent + 16, 4);
    const z0 = sigmoidOfSum(input + bytes, recurrent + bytes, 4);
    const z1 = sigmoidOfSum(input + bytes + 16, recurrent + bytes + 16, 4);
    const u0 = v128.load(recurrent + 2 * bytes);
    const u1 = v128.load(recurrent + 2 * bytes, 16);
    const n0 = tanh(madd(r0, u0, v128.load(input + 2 * bytes)));
    const n1 = tanh(madd(r1, u1, v128.load(input + 2 * bytes, 16)));
    const p0 = v128.load(previous);
    const p1 = v128.load(previous, 16);
    const s0 = madd(z0, f32x4.sub(p0, n0), n0);
    const s1 = madd(z1, f32x4.sub(p1, n1), n1);
    v128.store(next, s0);
    v128.store(next, s1, 16);
    if (saves) {
      v128.store(active, r0);
      v128.store(active, r1, 16);
      v128.store(active + bytes, z0);
      v128.store(active + bytes, z1, 16);
      v128.store(active + 2 * bytes, n0);
      v128.store(active + 2 * bytes, n1, 16);
      v128.store(candidate, u0);
      v128.store(candidate, u1, 16);
      active += 32; candidate += 32;
    }
    input += 32; recurrent += 32; previous += 32; next += 32;
  }
  for (; j > 0; j -= 4) {
    const r = sigmoidOfSum(input, recurrent, j);
    const z = sigmoidOfSum(input + bytes, recurrent + bytes, j);
    const u = lanes(recurrent + 2 * bytes, j);
    const n = tanh(madd(r, u, lanes(input + 2 * bytes, j)));
    putLanes(next, madd(z, f32x4.sub(lanes(previous, j), n), n), j);
    if (saves) {
      putLanes(active, r, j);
      putLanes(active + bytes, z, j);
      putLanes(active + 2 * bytes, n, j);
      putLanes(candidate, u, j);
      active += 16; candidate += 16;
    }
    input += 16; recurrent += 16; previous += 16; next += 16;
  }
}

/**
 * @param gradient - [h], of the new state; becomes the part of the old state's gradient that does not go through gates
 * @param dInput - [3h], of the input's part of the gates
 * @param dRecurrent - [3h], of the state's part
 */
export function gruRowGradient(
  h: i32, active: usize, candidate: usize, previous: usize, gradient: usize, dInput: usize, dRecurrent: usize,
): void {
  const bytes = <usize>h << 2;
  const oneEach = one();
  let j = h;
  for (; j >= 8; j -= 8) {
    const r0 = v128.load(active);
    const r1 = v128.load(active, 16);
    const z0 = v128.load(active + bytes);
    const z1 = v128.load(active + bytes, 16);
    const n0 = v128.load(active + 2 * bytes);
    const n1 = v128.load(active + 2 * bytes, 16);
    const u0 = v128.load(candidate);
    const u1 = v128.load(candidate, 16);
    const p0 = v128.load(previous);
    const p1 = v128.load(previous, 16);
    const g0 = v128.load(gradient);
    const g1 = v128.load(gradient, 16);
    const dn0 = throughTanh(f32x4.mul(g0, f32x4.sub(oneEach, z0)), n0);
    const dn1 = throughTanh(f32x4.mul(g1, f32x4.sub(oneEach, z1)), n1);
    const dz0 = throughSigmoid(f32x4.mul(g0, f32x4.sub(p0, n0)), z0);
    const dz1 = throughSigmoid(f32x4.mul(g1, f32x4.sub(p1, n1)), z1);
    const dr0 = throughSigmoid(f32x4.mul(dn0, u0), r0);
    const dr1 = throughSigmoid(f32x4.mul(dn1, u1), r1);
    const du0 = f32x4.mul(dn0, r0);
    const du1 = f32x4.mul(dn1, r1);
    const dp0 = f32x4.mul(g0, z0);
    const dp1 = f32x4.mul(g1, z1);
    v128.store(gradient, dp0);
    v128.store(gradient, dp1, 16);
    v128.store(dInput, dr0);
    v128.store(dInput, dr1, 16);
    v128.store(dInput + bytes, dz0);
    v128.store(dInput + bytes, dz1, 16);
    v128.store(dInput + 2 * bytes, dn0);
    v128.store(dInput + 2 * bytes, dn1, 16);
    v128.store(dRecurrent, dr0);
    v128.store(dRecurrent, dr1, 16);
    v128.store(dRecurrent + bytes, dz0);
    v128.store(dRecurrent + bytes, dz1, 16);
    v128.store(dRecurrent + 2 * bytes, du0);
    v128.store(dRecurrent + 2 * bytes, du1, 16);
    active += 32; candidate += 32; previous += 32; gradient += 32; dInput += 32; dRecurrent += 32;
  }
  for (; j > 0; j -= 4) {
    const r = lanes(active, j);
    const z = lanes(active + bytes, j);
    const n = lanes(active + 2 * bytes, j);
    const g = lanes(gradient, j);
    const dn = throughTanh(f32x4.mul(g, f32x4.sub(oneEach, z)), n);
    const dz = throughSigmoid(f32x4.mul(g, f32x4.sub(lanes(previous, j), n)), z);
    const dr = throughSigmoid(f32x4.mul(dn, lanes(candidate, j)), r);
    putLanes(gradient, f32x4.mul(g, z), j);
    putLanes(dInput, dr, j);
    putLanes(dInput + bytes, dz, j);
    putLanes(dInput + 2 * bytes, dn, j);
    putLanes(dRecurrent, dr, j);
    putLanes(dRecurrent + bytes, dz, j);
    putLanes(dRecurrent + 2 * bytes, f32x4.mul(dn, r), j);
    active += 16; candidate += 16; previous += 16; gradient += 16; dInput += 16; dRecurrent += 16;
  }
}

/**
 * @param input - [4h], the input's part of the gates i, f, g, o
 * @param recurrent - [4h], the state's part
 * @param cell - [h], the old cell
 * @param nextCell - [h]
 * @param active - [4h] for the values of the gates, or 0
 */
export function lstmRow(h: i32, input: usize, recurrent: usize, cell: usize, next: usize, nextCell: usize, active: usize): void {
  const bytes = <usize>h << 2;
  let j = h;
  for (; j >= 8; j -= 8) {
    const i0 = sigmoidOfSum(input, recurrent, 4);
    const i1 = sigmoidOfSum(input + 16, recurrent + 16, 4);
    const f0 = sigmoidOfSum(input + bytes, recurrent + bytes, 4);
    const f1 = sigmoidOfSum(input + bytes + 16, recurrent + bytes + 16, 4);
    const g0 = tanh(f32x4.add(v128.load(input + 2 * bytes), v128.load(recurrent + 2 * bytes)));
    const g1 = tanh(f32x4.add(v128.load(input + 2 * bytes, 16), v128.load(recurrent + 2 * bytes, 16)));
    const o0 = sigmoidOfSum(input + 3 * bytes, recurrent + 3 * bytes, 4);
    const o1 = sigmoidOfSum(input + 3 * bytes + 16, recurrent + 3 * bytes + 16, 4);
    const c0 = madd(f0, v128.load(cell), f32x4.mul(i0, g0));
    const c1 = madd(f1, v128.load(cell, 16), f32x4.mul(i1, g1));
    const s0 = f32x4.mul(o0, tanh(c0));
    const s1 = f32x4.mul(o1, tanh(c1));
    v128.store(next, s0);
    v128.store(next, s1, 16);
    v128.store(nextCell, c0);
    v128.store(nextCell, c1, 16);
    if (active) {
      v128.store(active, i0);
      v128.store(active, i1, 16);
      v128.store(active + bytes, f0);
      v128.store(active + bytes, f1, 16);
      v128.store(active + 2 * bytes, g0);
      v128.store(active + 2 * bytes, g1, 16);
      v128.store(active + 3 * bytes, o0);
      v128.store(active + 3 * bytes, o1, 16);
      active += 32;
    }
    input += 32; recurrent += 32; cell += 32; next += 32; nextCell += 32;
  }
  for (; j > 0; j -= 4) {
    const i = sigmoidOfSum(input, recurrent, j);
    const f = sigmoidOfSum(input + bytes, recurrent + bytes, j);
    const g = tanh(f32x4.add(lanes(input + 2 * bytes, j), lanes(recurrent + 2 * bytes, j)));
    const o = sigmoidOfSum(input + 3 * bytes, recurrent + 3 * bytes, j);
    const c = madd(f, lanes(cell, j), f32x4.mul(i, g));
    putLanes(next, f32x4.mul(o, tanh(c)), j);
    putLanes(nextCell, c, j);
    if (active) {
      putLanes(active, i, j);
      putLanes(active + bytes, f, j);
      putLanes(active + 2 * bytes, g, j);
      putLanes(active + 3 * bytes, o, j);
      active += 16;
    }
    input += 16; recurrent += 16; cell += 16; next += 16; nextCell += 16;
  }
}

/**
 * @param cell - [h], the old cell
 * @param nextCell - [h], the new one
 * @param gradient - [h], of the new state; becomes 0: all of the old state's gradient goes through gates
 * @param cellGradient - [h], of the new cell; becomes that of the old one
 * @param dGates - [4h]
 */
export function lstmRowGradient(
  h: i32, active: usize, cell: usize, nextCell: usize, gradient: usize, cellGradient: usize, dGates: usize,
): void {
  const bytes = <usize>h << 2;
  for (let j = h; j > 0; j -= 4) {
    const i = lanes(active, j);
    const f = lanes(active + bytes, j);
    const g = lanes(active + 2 * bytes, j);
    const o = lanes(active + 3 * bytes, j);
    const dh = lanes(gradient, j);
    const c = tanh(lanes(nextCell, j));
    const dc = f32x4.add(lanes(cellGradient, j), throughTanh(f32x4.mul(dh, o), c));
    putLanes(dGates, throughSigmoid(f32x4.mul(dc, g), i), j);
    putLanes(dGates + bytes, throughSigmoid(f32x4.mul(dc, lanes(cell, j)), f), j);
    putLanes(dGates + 2 * bytes, throughTanh(f32x4.mul(dc, i), g), j);
    putLanes(dGates + 3 * bytes, throughSigmoid(f32x4.mul(dh, c), o), j);
    putLanes(cellGradient, f32x4.mul(dc, f), j);
    putLanes(gradient, f32x4.splat(0), j);
    active += 16; cell += 16; nextCell += 16; gradient += 16; cellGradient += 16; dGates += 16;
  }
}

/** next = tanh(input + recurrent), or the larger of the sum and 0. */
export function rnnRow(relu: bool, h: i32, input: usize, recurrent: usize, next: usize): void {
  let j = h;
  for (; j >= 8; j -= 8, input += 32, recurrent += 32, next += 32) {
    const x0 = f32x4.add(v128.load(input), v128.load(recurrent));
    const x1 = f32x4.add(v128.load(input, 16), v128.load(recurrent, 16));
    const y0 = relu ? f32x4.max(x0, f32x4.splat(0)) : tanh(x0);
    const y1 = relu ? f32x4.max(x1, f32x4.splat(0)) : tanh(x1);
    v128.store(next, y0);
    v128.store(next, y1, 16);
  }
  for (; j > 0; j -= 4, input += 16, recurrent += 16, next += 16) {
    const x = f32x4.add(lanes(input, j), lanes(recurrent, j));
    putLanes(next, relu ? f32x4.max(x, f32x4.splat(0)) : tanh(x), j);
  }
}

/** @param gradient - [h], of the new state; becomes 0: all of the old state's gradient goes through the gates */
export function rnnRowGradient(relu: bool, h: i32, next: usize, gradient: usize, dGates: usize): void {
  for (let j = h; j > 0; j -= 4, next += 16, gradient += 16, dGates += 16) {
    const y = lanes(next, j);
    const g = lanes(gradient, j);
    putLanes(dGates, relu ? v128.and(g, f32x4.gt(y, f32x4.splat(0))) : throughTanh(g, y), j);
    putLanes(gradient, f32x4.splat(0), j);
  }
}
