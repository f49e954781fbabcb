/**
 * One step of a gated recurrent unit for one row, and its gradient: all that happens between two products. Gates r, z, n
 * lie one after the other. Vectors at the end of a row are read whole, and written as far as they belong to it.
 */
import { tanh } from "./math";
import { gate, throughSigmoid, throughTanh } from "./recurrent-math";
import { madd, put } from "./simd";

/**
 * @param gates - [3h], the input's part; `recurrent` [3h], the state's part
 * @param next - [h], receives the next state, and so does `out`
 * @param saved - [4h], receives r, z, n and the state's part of n, or 0
 */
export function gruCell(h: i32, gates: usize, recurrent: usize, state: usize, next: usize, out: usize, saved: usize): void {
  const row = <usize>h << 2;
  let at: usize = 0;
  let left = h;
  for (; left >= 8; left -= 8, at += 32) {
    const g = gates + at;
    const u = recurrent + at;
    const r0 = gate(f32x4.add(v128.load(g), v128.load(u)));
    const r1 = gate(f32x4.add(v128.load(g, 16), v128.load(u, 16)));
    const z0 = gate(f32x4.add(v128.load(g + row), v128.load(u + row)));
    const z1 = gate(f32x4.add(v128.load(g + row, 16), v128.load(u + row, 16)));
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
    const r = gate(f32x4.add(v128.load(g), v128.load(u)));
    const z = gate(f32x4.add(v128.load(g + row), v128.load(u + row)));
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
 * @param saved - [4h], as {@link gruCell} left it; `state` [h], the state before the step
 * @param dOut - [h], the gradient of the output, or 0
 * @param dState - [h], the gradient of the next state; becomes the part of that of `state` that does not go through gates
 * @param dGates - [3h], receives the gradient of the input's part, `dRecurrent` [3h] that of the state's part
 */
export function gruCellGradient(h: i32, saved: usize, state: usize, dOut: usize, dState: usize, dGates: usize, dRecurrent: usize): void {
  const row = <usize>h << 2;
  const one = f32x4.splat(1);
  let at: usize = 0;
  let left = h;
  for (; left >= 8; left -= 8, at += 32) {
    const s = saved + at;
    const r0 = v128.load(s);
    const r1 = v128.load(s, 16);
    const z0 = v128.load(s + row);
    const z1 = v128.load(s + row, 16);
    const n0 = v128.load(s + 2 * row);
    const n1 = v128.load(s + 2 * row, 16);
    const u0 = v128.load(s + 3 * row);
    const u1 = v128.load(s + 3 * row, 16);
    const h0 = v128.load(state + at);
    const h1 = v128.load(state + at, 16);
    let d0 = v128.load(dState + at);
    let d1 = v128.load(dState + at, 16);
    if (dOut) {
      d0 = f32x4.add(d0, v128.load(dOut + at));
      d1 = f32x4.add(d1, v128.load(dOut + at, 16));
    }
    const dz0 = throughSigmoid(f32x4.mul(d0, f32x4.sub(h0, n0)), z0);
    const dz1 = throughSigmoid(f32x4.mul(d1, f32x4.sub(h1, n1)), z1);
    const dn0 = throughTanh(f32x4.mul(d0, f32x4.sub(one, z0)), n0);
    const dn1 = throughTanh(f32x4.mul(d1, f32x4.sub(one, z1)), n1);
    const dr0 = throughSigmoid(f32x4.mul(dn0, u0), r0);
    const dr1 = throughSigmoid(f32x4.mul(dn1, u1), r1);
    const du0 = f32x4.mul(dn0, r0);
    const du1 = f32x4.mul(dn1, r1);
    const ds0 = f32x4.mul(d0, z0);
    const ds1 = f32x4.mul(d1, z1);
    v128.store(dState + at, ds0);
    v128.store(dState + at, ds1, 16);
    v128.store(dGates + at, dr0);
    v128.store(dGates + at, dr1, 16);
    v128.store(dGates + at + row, dz0);
    v128.store(dGates + at + row, dz1, 16);
    v128.store(dGates + at + 2 * row, dn0);
    v128.store(dGates + at + 2 * row, dn1, 16);
    v128.store(dRecurrent + at, dr0);
    v128.store(dRecurrent + at, dr1, 16);
    v128.store(dRecurrent + at + row, dz0);
    v128.store(dRecurrent + at + row, dz1, 16);
    v128.store(dRecurrent + at + 2 * row, du0);
    v128.store(dRecurrent + at + 2 * row, du1, 16);
  }
  for (; left > 0; left -= 4, at += 16) {
    const r = v128.load(saved + at);
    const z = v128.load(saved + at + row);
    const n = v128.load(saved + at + 2 * row);
    const u = v128.load(saved + at + 3 * row);
    let d = v128.load(dState + at);
    if (dOut) d = f32x4.add(d, v128.load(dOut + at));
    const dz = throughSigmoid(f32x4.mul(d, f32x4.sub(v128.load(state + at), n)), z);
    const dn = throughTanh(f32x4.mul(d, f32x4.sub(one, z)), n);
    const dr = throughSigmoid(f32x4.mul(dn, u), r);
    put(dState + at, f32x4.mul(d, z), left);
    put(dGates + at, dr, left);
    put(dGates + at + row, dz, left);
    put(dGates + at + 2 * row, dn, left);
    put(dRecurrent + at, dr, left);
    put(dRecurrent + at + row, dz, left);
    put(dRecurrent + at + 2 * row, f32x4.mul(dn, r), left);
  }
}
