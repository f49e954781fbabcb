/**
 * vᵀ tanh(query + keys) for every pair of a query and a key, forward and backward, without ever writing down the
 * [b, q, k, d] values in between: the backward pass works tanh out again.
 */
import { tanh } from "./math";
import { firstLanes, madd, nmadd, put, sumLanes } from "./simd";

/** Scores of queries `begin` … `end` − 1 of all b · q. */
export function additiveScores(
  begin: i32, end: i32, _scratch: usize, query: usize, keys: usize, v: usize, out: usize, q: i32, k: i32, d: i32,
): void {
  const row = <usize>d << 2;
  const last = firstLanes(d & 3);
  for (let i = begin; i < end; i++) {
    const own = query + <usize>i * row;
    let key = keys + <usize>(i / q * k) * row;
    for (let j = 0; j < k; j++) {
      let sum = f32x4.splat(0);
      let other = f32x4.splat(0);
      let at: usize = 0;
      for (; at + 32 <= row; at += 32) {
        const t0 = tanh(f32x4.add(v128.load(own + at), v128.load(key + at)));
        const t1 = tanh(f32x4.add(v128.load(own + at, 16), v128.load(key + at, 16)));
        sum = madd(t0, v128.load(v + at), sum);
        other = madd(t1, v128.load(v + at, 16), other);
      }
      if (at + 16 <= row) {
        sum = madd(tanh(f32x4.add(v128.load(own + at), v128.load(key + at))), v128.load(v + at), sum);
        at += 16;
      }
      if (at < row) {
        const t = tanh(f32x4.add(v128.load(own + at), v128.load(key + at)));
        other = f32x4.add(other, v128.and(f32x4.mul(t, v128.load(v + at)), last));
      }
      store<f32>(out + (<usize>(i * k + j) << 2), sumLanes(f32x4.add(sum, other)));
      key += row;
    }
  }
}

/**
 * Gradients for batches `begin` … `end` − 1. `dKeys` begins as 0; `dV` is [b, d], still to be summed. With s = g v (1 − t²):
 * dQuery = Σₖ s, dKeys = Σ_q s, dV = Σ g t. Eight columns at a time, so that sums stay in registers.
 */
export function additiveScoresGradient(
  begin: i32, end: i32, _scratch: usize, query: usize, keys: usize, v: usize, g: usize,
  dQuery: usize, dKeys: usize, dV: usize, q: i32, k: i32, d: i32,
): void {
  const row = <usize>d << 2;
  for (let batch = <usize>begin; batch < <usize>end; batch++) {
    const queries = batch * <usize>q * row;
    const ownKeys = batch * <usize>k * row;
    const scores = g + (batch * <usize>(q * k) << 2);
    let left = d;
    for (let at: usize = 0; left > 0; at += 32, left -= 8) {
      const toV = dV + batch * row + at;
      if (left >= 8) columns8(query + queries + at, keys + ownKeys + at, v + at, scores, dQuery + queries + at, dKeys + ownKeys + at, toV, q, k, row);
      else {
        columns4(query + queries + at, keys + ownKeys + at, v + at, scores, dQuery + queries + at, dKeys + ownKeys + at, toV, q, k, row, left);
        const next = at + 16;
        if (left > 4) columns4(query + queries + next, keys + ownKeys + next, v + next, scores, dQuery + queries + next, dKeys + ownKeys + next, toV + 16, q, k, row, left - 4);
      }
    }
  }
}

function columns8(query: usize, keys: usize, v: usize, g: usize, dQuery: usize, dKeys: usize, dV: usize, q: i32, k: i32, row: usize): void {
  const one = f32x4.splat(1);
  const v0 = v128.load(v);
  const v1 = v128.load(v, 16);
  let sumV0 = f32x4.splat(0);
  let sumV1 = f32x4.splat(0);
  for (let i = 0; i < q; i++) {
    const q0 = v128.load(query);
    const q1 = v128.load(query, 16);
    let sumQ0 = f32x4.splat(0);
    let sumQ1 = f32x4.splat(0);
    let key = keys;
    let dKey = dKeys;
    for (let j = 0; j < k; j++) {
      const score = v128.load32_splat(g);
      const t0 = tanh(f32x4.add(q0, v128.load(key)));
      const t1 = tanh(f32x4.add(q1, v128.load(key, 16)));
      sumV0 = madd(score, t0, sumV0);
      sumV1 = madd(score, t1, sumV1);
      const s0 = f32x4.mul(f32x4.mul(score, v0), nmadd(t0, t0, one));
      const s1 = f32x4.mul(f32x4.mul(score, v1), nmadd(t1, t1, one));
      sumQ0 = f32x4.add(sumQ0, s0);
      sumQ1 = f32x4.add(sumQ1, s1);
      const k0 = f32x4.add(v128.load(dKey), s0);
      const k1 = f32x4.add(v128.load(dKey, 16), s1);
      v128.store(dKey, k0);
      v128.store(dKey, k1, 16);
      g += 4;
      key += row;
      dKey += row;
    }
    v128.store(dQuery, sumQ0);
    v128.store(dQuery, sumQ1, 16);
    query += row;
    dQuery += row;
  }
  v128.store(dV, sumV0);
  v128.store(dV, sumV1, 16);
}

function columns4(
  query: usize, keys: usize, v: usize, g: usize, dQuery: usize, dKeys: usize, dV: usize, q: i32, k: i32, row: usize, left: i32,
): void {
  const one = f32x4.splat(1);
  const v0 = v128.load(v);
  let sumV = f32x4.splat(0);
  for (let i = 0; i < q; i++) {
    const q0 = v128.load(query);
    let sumQ = f32x4.splat(0);
    let key = keys;
    let dKey = dKeys;
    for (let j = 0; j < k; j++) {
      const score = v128.load32_splat(g);
      const t = tanh(f32x4.add(q0, v128.load(key)));
      sumV = madd(score, t, sumV);
      const s = f32x4.mul(f32x4.mul(score, v0), nmadd(t, t, one));
      sumQ = f32x4.add(sumQ, s);
      put(dKey, f32x4.add(v128.load(dKey), s), left);
      g += 4;
      key += row;
      dKey += row;
    }
    put(dQuery, sumQ, left);
    query += row;
    dQuery += row;
  }
  put(dV, sumV, left);
}
