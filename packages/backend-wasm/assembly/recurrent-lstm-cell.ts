/**
 * One step of a long short-term memory for one row, and its gradient: all that happens between two products. Gates i, f, g,
 * o lie one after the other. Vectors at the end of a row are read whole, and written as far as they belong to it.
 */
import { tanh } from "./math";
import { gate, throughSigmoid, throughTanh } from "./recurrent-math";
import { madd, put } from "./simd";

@inline
function sum(a: usize, b: usize, offset: usize = 0): v128 {
  return f32x4.add(v128.load(a + offset), v128.load(b + offset));
}

/**
 * @param gates - [4h], the input's part; `recurrent` [4h], the state's part
 * @param cell - [h], the cell before the step
 * @param next - [h], receives the next state, and so does `out`; `nextCell` the next cell
 * @param saved - [5h], receives i, f, g, o and the hyperbolic tangent of the next cell, or 0
 */
export function lstmCell(h: i32, gates: usize, recurrent: usize, cell: usize, next: usize, nextCell: usize, out: usize, saved: usize): void {
  const row = <usize>h << 2;
  let at: usize = 0;
  let left = h;
  for (; left >= 8; left -= 8, at += 32) {
    const a = gates + at;
    const u = recurrent + at;
    const input0 = gate(sum(a, u));
    const input1 = gate(sum(a, u, 16));
    const forget0 = gate(sum(a + row, u + row));
    const forget1 = gate(sum(a + row, u + row, 16));
    const g0 = tanh(sum(a + 2 * row, u + 2 * row));
    const g1 = tanh(sum(a + 2 * row, u + 2 * row, 16));
    const output0 = gate(sum(a + 3 * row, u + 3 * row));
    const output1 = gate(sum(a + 3 * row, u + 3 * row, 16));
    const c0 = madd(forget0, v128.load(cell + at), f32x4.mul(input0, g0));
    const c1 = madd(forget1, v128.load(cell + at, 16), f32x4.mul(input1, g1));
    const squashed0 = tanh(c0);
    const squashed1 = tanh(c1);
    const hidden0 = f32x4.mul(output0, squashed0);
    const hidden1 = f32x4.mul(output1, squashed1);
    v128.store(nextCell + at, c0);
    v128.store(nextCell + at, c1, 16);
    v128.store(next + at, hidden0);
    v128.store(next + at, hidden1, 16);
    v128.store(out + at, hidden0);
    v128.store(out + at, hidden1, 16);
    if (saved) {
      const s = saved + at;
      v128.store(s, input0);
      v128.store(s, input1, 16);
      v128.store(s + row, forget0);
      v128.store(s + row, forget1, 16);
      v128.store(s + 2 * row, g0);
      v128.store(s + 2 * row, g1, 16);
      v128.store(s + 3 * row, output0);
      v128.store(s + 3 * row, output1, 16);
      v128.store(s + 4 * row, squashed0);
      v128.store(s + 4 * row, squashed1, 16);
    }
  }
  for (; left > 0; left -= 4, at += 16) {
    const a = gates + at;
    const u = recurrent + at;
    const input = gate(sum(a, u));
    const forget = gate(sum(a + row, u + row));
    const g = tanh(sum(a + 2 * row, u + 2 * row));
    const output = gate(sum(a + 3 * row, u + 3 * row));
    const c = madd(forget, v128.load(cell + at), f32x4.mul(input, g));
    const squashed = tanh(c);
    const hidden = f32x4.mul(output, squashed);
    put(nextCell + at, c, left);
    put(next + at, hidden, left);
    put(out + at, hidden, left);
    if (saved) {
      put(saved + at, input, left);
      put(saved + at + row, forget, left);
      put(saved + at + 2 * row, g, left);
      put(saved + at + 3 * row, output, left);
      put(saved + at + 4 * row, squashed, left);
    }
  }
}

/**
 * @param saved - [5h], as {@link lstmCell} left it; `cell` [h], the cell before the step
 * @param dOut - [h], the gradient of the output, or 0
 * @param dState - [h], the gradient of the next state; becomes 0: all of that of the state before goes through the gates
 * @param dCell - [h], the gradient of the next cell; becomes that of `cell`
 * @param dGates - [4h], receives the gradient of the gates
 */
export function lstmCellGradient(h: i32, saved: usize, cell: usize, dOut: usize, dState: usize, dCell: usize, dGates: usize): void {
  const row = <usize>h << 2;
  const zero = f32x4.splat(0);
  let at: usize = 0;
  let left = h;
  for (; left >= 8; left -= 8, at += 32) {
    const s = saved + at;
    const i0 = v128.load(s);
    const i1 = v128.load(s, 16);
    const f0 = v128.load(s + row);
    const f1 = v128.load(s + row, 16);
    const g0 = v128.load(s + 2 * row);
    const g1 = v128.load(s + 2 * row, 16);
    const o0 = v128.load(s + 3 * row);
    const o1 = v128.load(s + 3 * row, 16);
    const squashed0 = v128.load(s + 4 * row);
    const squashed1 = v128.load(s + 4 * row, 16);
    const old0 = v128.load(cell + at);
    const old1 = v128.load(cell + at, 16);
    const more0 = v128.load(dCell + at);
    const more1 = v128.load(dCell + at, 16);
    let d0 = v128.load(dState + at);
    let d1 = v128.load(dState + at, 16);
    if (dOut) {
      d0 = f32x4.add(d0, v128.load(dOut + at));
      d1 = f32x4.add(d1, v128.load(dOut + at, 16));
    }
    const dc0 = f32x4.add(more0, throughTanh(f32x4.mul(d0, o0), squashed0));
    const dc1 = f32x4.add(more1, throughTanh(f32x4.mul(d1, o1), squashed1));
    const di0 = throughSigmoid(f32x4.mul(dc0, g0), i0);
    const di1 = throughSigmoid(f32x4.mul(dc1, g1), i1);
    const df0 = throughSigmoid(f32x4.mul(dc0, old0), f0);
    const df1 = throughSigmoid(f32x4.mul(dc1, old1), f1);
    const dg0 = throughTanh(f32x4.mul(dc0, i0), g0);
    const dg1 = throughTanh(f32x4.mul(dc1, i1), g1);
    const do0 = throughSigmoid(f32x4.mul(d0, squashed0), o0);
    const do1 = throughSigmoid(f32x4.mul(d1, squashed1), o1);
    const dOld0 = f32x4.mul(dc0, f0);
    const dOld1 = f32x4.mul(dc1, f1);
    v128.store(dState + at, zero);
    v128.store(dState + at, zero, 16);
    v128.store(dCell + at, dOld0);
    v128.store(dCell + at, dOld1, 16);
    v128.store(dGates + at, di0);
    v128.store(dGates + at, di1, 16);
    v128.store(dGates + at + row, df0);
    v128.store(dGates + at + row, df1, 16);
    v128.store(dGates + at + 2 * row, dg0);
    v128.store(dGates + at + 2 * row, dg1, 16);
    v128.store(dGates + at + 3 * row, do0);
    v128.store(dGates + at + 3 * row, do1, 16);
  }
  for (; left > 0; left -= 4, at += 16) {
    const s = saved + at;
    const i = v128.load(s);
    const f = v128.load(s + row);
    const g = v128.load(s + 2 * row);
    const o = v128.load(s + 3 * row);
    const squashed = v128.load(s + 4 * row);
    let d = v128.load(dState + at);
    if (dOut) d = f32x4.add(d, v128.load(dOut + at));
    const dc = f32x4.add(v128.load(dCell + at), throughTanh(f32x4.mul(d, o), squashed));
    put(dGates + at, throughSigmoid(f32x4.mul(dc, g), i), left);
    put(dGates + at + row, throughSigmoid(f32x4.mul(dc, v128.load(cell + at)), f), left);
    put(dGates + at + 2 * row, throughTanh(f32x4.mul(dc, i), g), left);
    put(dGates + at + 3 * row, throughSigmoid(f32x4.mul(d, squashed), o), left);
    put(dCell + at, f32x4.mul(dc, f), left);
    put(dState + at, zero, left);
  }
}
