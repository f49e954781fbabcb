/**
 * Additive scores of one query, vᵀ tanh(query + key), and their gradient, without the tensor of all tanh.
 *
 * tanh(q + k) = 1 − 2 / (1 + e²ᑫ e²ᵏ): the exponentials are those of queries and keys alone, and what is left for each
 * pair is a product and half a division. That holds as long as (1 + e²ᑫ e²ᵏ)² is finite; rows with larger values, which
 * saturate tanh several times over, take the direct way.
 *
 * A prepared row of d floats is padded with zeros to a multiple of 16. A prepared matrix of n rows begins with 16 floats, the
 * first of which is the largest magnitude before exponentiation.
 */
import { lanes, sumsOfPairs } from "./additive-lanes";
import { tanh } from "./math";
import { expModerate } from "./recurrent-math";
import { madd, nmadd, put, sumLanes } from "./simd";

const ONE: usize = memory.data<f32>([1]);
const TWO: usize = memory.data<f32>([2]);
/** The largest |q| + |k| with (1 + e²⁽ᑫ⁺ᵏ⁾)² below the largest float. */
const LIMIT: f32 = 22;
/** Bytes before the rows of a prepared matrix. */
const HEADER: usize = 64;

/** Bytes of a prepared row. */
@inline
export function preparedRow(d: i32): usize {
  return <usize>((d + 15) & ~15) << 2;
}

/** Bytes of a prepared matrix of n rows. */
@inline
export function preparedMatrix(n: i32, d: i32): usize {
  return HEADER + <usize>n * preparedRow(d);
}

/** Prepares n rows of d floats. */
export function prepareRows(n: i32, d: i32, x: usize, out: usize): void {
  const step = preparedRow(d);
  v128.store(out, f32x4.splat(0));
  v128.store(out, f32x4.splat(0), 16);
  let to = out + HEADER;
  for (let row = 0; row < n; row++, x += <usize>d << 2, to += step) prepareRow(d, x, to, out);
  const most = i32x4.max_s(v128.load(out), v128.load(out, 16));
  const low = max(i32x4.extract_lane(most, 0), i32x4.extract_lane(most, 1));
  store<i32>(out, max(low, max(i32x4.extract_lane(most, 2), i32x4.extract_lane(most, 3))));
}

/**
 * Writes e²ˣ of d floats, zeros behind them; beyond {@link LIMIT} anything may be written. Puts the largest magnitudes of x
 * so far, or NaN where there is one, in 8 floats at `largest`.
 */
function prepareRow(d: i32, x: usize, to: usize, largest: usize): void {
  const end = to + preparedRow(d);
  let m0 = v128.load(largest);
  let m1 = v128.load(largest, 16);
  let j = d;
  for (; j >= 8; j -= 8, x += 32, to += 32) {
    const x0 = v128.load(x);
    const x1 = v128.load(x, 16);
    // Magnitudes are in the order of their bits, with NaN above all others.
    m0 = i32x4.max_s(m0, f32x4.abs(x0));
    m1 = i32x4.max_s(m1, f32x4.abs(x1));
    const y0 = expModerate(f32x4.add(x0, x0));
    const y1 = expModerate(f32x4.add(x1, x1));
    v128.store(to, y0);
    v128.store(to, y1, 16);
  }
  // Neighbouring stores let the engine merge both halves.
  v128.store(largest, m0);
  v128.store(largest, m1, 16);
  for (; j > 0; j -= 4, x += 16, to += 16) {
    const x0 = lanes(x, j);
    v128.store(largest, i32x4.max_s(v128.load(largest), f32x4.abs(x0)));
    v128.store(to, f32x4.splat(0));
    put(to, expModerate(f32x4.add(x0, x0)), j);
  }
  for (; to < end; to += 16) v128.store(to, f32x4.splat(0));
}

/** Largest Σ |v| of the quick way, whose numerators are as large as v · (1 + e²ᴸᴵᴹᴵᵀ). */
const MOST_WEIGHT: f32 = 1e18;

/**
 * Copies v, zeros behind it, and puts behind that the sum of its elements and the {@link LIMIT} of the quick way, which is
 * −1 where v is huge, infinite or NaN: 64 bytes more than a prepared row.
 */
export function prepareWeights(d: i32, v: usize, to: usize): void {
  const step = preparedRow(d);
  memory.fill(to, 0, step);
  memory.copy(to, v, <usize>d << 2);
  let sum = f32x4.splat(0);
  let size = f32x4.splat(0);
  for (let place: usize = 0; place < step; place += 16) {
    const x = v128.load(to + place);
    sum = f32x4.add(sum, x);
    size = f32x4.add(size, f32x4.abs(x));
  }
  store<f32>(to + step, sumLanes(sum));
  store<f32>(to + step, sumLanes(size) <= MOST_WEIGHT ? LIMIT : -1, 4);
}

/** Whether the quick way is open; not with NaN. */
@inline
function isModerate(readyQuery: usize, readyKeys: usize, v: usize, d: i32): bool {
  return load<f32>(readyQuery) + load<f32>(readyKeys) <= load<f32>(v + preparedRow(d), 4);
}

/** Whether v is huge, infinite or NaN. Then sums of gradients contain the factor v from the start, since ∞ · 0 is NaN. */
@inline
function isHuge(v: usize, d: i32): bool {
  return load<f32>(v + preparedRow(d), 4) < 0;
}

/**
 * Scores of one query against n keys.
 *
 * @param query - [d], and `keys` [n, d], as they are
 * @param readyQuery - after {@link prepareRows}, and `readyKeys`
 * @param v - after {@link prepareWeights}
 * @param spare - 128 bytes of workspace
 */
export function scoreRow(
  n: i32, d: i32, query: usize, keys: usize, readyQuery: usize, readyKeys: usize, v: usize, out: usize, spare: usize,
): void {
  if (isModerate(readyQuery, readyKeys, v, d)) scoreQuickly(n, preparedRow(d), readyQuery + HEADER, readyKeys + HEADER, v, out, spare);
  else scoreDirectly(n, d, query, keys, v, out);
}

/** Σ v − 2 Σ v / (1 + x), with one division for two of the terms, and four keys at a time. */
function scoreQuickly(n: i32, bytes: usize, query: usize, keys: usize, v: usize, out: usize, spare: usize): void {
  const total = f32x4.splat(load<f32>(v + bytes));
  const last = keys + <usize>(n - 1) * bytes;
  for (let left = n; left > 0; left -= 4, keys += 4 * bytes, out += 16) {
    // Beyond the last key, it is taken again: nobody looks at the result.
    scoreKey(bytes, query, keys, v, spare);
    scoreKey(bytes, query, min(keys + bytes, last), v, spare + 32);
    scoreKey(bytes, query, min(keys + 2 * bytes, last), v, spare + 64);
    scoreKey(bytes, query, min(keys + 3 * bytes, last), v, spare + 96);
    put(out, nmadd(v128.load32_splat(TWO), sumsOfPairs(spare), total), left);
  }
}

@inline
function scoreKey(bytes: usize, query: usize, key: usize, v: usize, out: usize): void {
  const one = v128.load32_splat(ONE);
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  const end = key + bytes;
  for (; key < end; key += 64, query += 64, v += 64) {
    const a0 = madd(v128.load(query), v128.load(key), one);
    const a1 = madd(v128.load(query, 16), v128.load(key, 16), one);
    const b0 = madd(v128.load(query, 32), v128.load(key, 32), one);
    const b1 = madd(v128.load(query, 48), v128.load(key, 48), one);
    const n0 = madd(v128.load(v), b0, f32x4.mul(v128.load(v, 32), a0));
    const n1 = madd(v128.load(v, 16), b1, f32x4.mul(v128.load(v, 48), a1));
    s0 = f32x4.add(s0, f32x4.div(n0, f32x4.mul(a0, b0)));
    s1 = f32x4.add(s1, f32x4.div(n1, f32x4.mul(a1, b1)));
  }
  // Neighbouring stores let the engine merge both halves.
  v128.store(out, s0);
  v128.store(out, s1, 16);
}

function scoreDirectly(n: i32, d: i32, query: usize, keys: usize, v: usize, out: usize): void {
  for (let key = 0; key < n; key++, out += 4) {
    let sum = f32x4.splat(0);
    for (let j = 0; j < d; j += 4) {
      const place = <usize>j << 2;
      const y = tanh(f32x4.add(lanes(query + place, d - j), lanes(keys + place, d - j)));
      sum = madd(y, v128.load(v + place), sum);
    }
    store<f32>(out, sumLanes(sum));
    keys += <usize>d << 2;
  }
}

/**
 * The sums that the gradients of the scores of one query, `dScores` [n], add up to.
 *
 * @param v - after {@link prepareWeights}
 * @param dQuery - [padded d], receives Σ dScore · (1 − tanh²), still without the factor v, which {@link timesWeights} adds
 * @param dKeys - [n, padded d], to which dScore · (1 − tanh²) is added
 * @param dV - [padded d], to which Σ dScore · tanh is added
 */
export function scoreRowGradient(
  n: i32, d: i32, query: usize, keys: usize, readyQuery: usize, readyKeys: usize, v: usize,
  dScores: usize, dQuery: usize, dKeys: usize, dV: usize,
): void {
  if (isModerate(readyQuery, readyKeys, v, d)) gradientQuickly(n, preparedRow(d), readyQuery + HEADER, readyKeys + HEADER, dScores, dQuery, dKeys, dV);
  else gradientDirectly(n, d, query, keys, v, dScores, dQuery, dKeys, dV);
}

function gradientQuickly(n: i32, bytes: usize, query: usize, keys: usize, dScores: usize, dQuery: usize, dKeys: usize, dV: usize): void {
  const one = v128.load32_splat(ONE);
  const two = v128.load32_splat(TWO);
  const end = keys + bytes;
  const last = dScores + (<usize>n << 2);
  for (; keys < end; keys += 64, query += 64, dQuery += 64, dKeys += 64, dV += 64) {
    const q0 = v128.load(query);
    const q1 = v128.load(query, 16);
    const q2 = v128.load(query, 32);
    const q3 = v128.load(query, 48);
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
    let v0 = v128.load(dV);
    let v1 = v128.load(dV, 16);
    let v2 = v128.load(dV, 32);
    let v3 = v128.load(dV, 48);
    let key = keys;
    let dKey = dKeys;
    for (let g = dScores; g < last; g += 4, key += bytes, dKey += bytes) {
      const slope = v128.load32_splat(g);
      const a0 = madd(q0, v128.load(key), one);
      const a1 = madd(q1, v128.load(key, 16), one);
      const b0 = madd(q2, v128.load(key, 32), one);
      const b1 = madd(q3, v128.load(key, 48), one);
      // 2 / a and 2 / b from 2 / (a b).
      const r0 = f32x4.div(two, f32x4.mul(a0, b0));
      const r1 = f32x4.div(two, f32x4.mul(a1, b1));
      const t0 = nmadd(r0, b0, one);
      const t1 = nmadd(r1, b1, one);
      const t2 = nmadd(r0, a0, one);
      const t3 = nmadd(r1, a1, one);
      const u0 = f32x4.mul(slope, nmadd(t0, t0, one));
      const u1 = f32x4.mul(slope, nmadd(t1, t1, one));
      const u2 = f32x4.mul(slope, nmadd(t2, t2, one));
      const u3 = f32x4.mul(slope, nmadd(t3, t3, one));
      const k0 = f32x4.add(v128.load(dKey), u0);
      const k1 = f32x4.add(v128.load(dKey, 16), u1);
      const k2 = f32x4.add(v128.load(dKey, 32), u2);
      const k3 = f32x4.add(v128.load(dKey, 48), u3);
      v128.store(dKey, k0);
      v128.store(dKey, k1, 16);
      v128.store(dKey, k2, 32);
      v128.store(dKey, k3, 48);
      s0 = f32x4.add(s0, u0);
      s1 = f32x4.add(s1, u1);
      s2 = f32x4.add(s2, u2);
      s3 = f32x4.add(s3, u3);
      v0 = madd(slope, t0, v0);
      v1 = madd(slope, t1, v1);
      v2 = madd(slope, t2, v2);
      v3 = madd(slope, t3, v3);
    }
    v128.store(dQuery, s0);
    v128.store(dQuery, s1, 16);
    v128.store(dQuery, s2, 32);
    v128.store(dQuery, s3, 48);
    v128.store(dV, v0);
    v128.store(dV, v1, 16);
    v128.store(dV, v2, 32);
    v128.store(dV, v3, 48);
  }
}

function gradientDirectly(n: i32, d: i32, query: usize, keys: usize, v: usize, dScores: usize, dQuery: usize, dKeys: usize, dV: usize): void {
  const one = v128.load32_splat(ONE);
  const step = preparedRow(d);
  const huge = isHuge(v, d);
  for (let j = 0; j < d; j += 4) {
    const place = <usize>j << 2;
    const factor = huge ? v128.load(v + place) : one;
    const q = lanes(query + place, d - j);
    let s = f32x4.splat(0);
    let w = v128.load(dV + place);
    for (let key: usize = 0; key < <usize>n; key++) {
      const slope = v128.load32_splat(dScores + (key << 2));
      const y = tanh(f32x4.add(q, lanes(keys + (key * <usize>d << 2) + place, d - j)));
      const u = f32x4.mul(f32x4.mul(slope, factor), nmadd(y, y, one));
      const dKey = dKeys + key * step + place;
      v128.store(dKey, f32x4.add(v128.load(dKey), u));
      s = f32x4.add(s, u);
      w = madd(slope, y, w);
    }
    v128.store(dQuery + place, s);
    v128.store(dV + place, w);
  }
}

/** to[j] = v[j] · x[j] for n rows of d floats, padded in x and side by side in `to`; x[j] alone where it contains v. */
export function timesWeights(n: i32, d: i32, x: usize, v: usize, to: usize): void {
  const step = preparedRow(d);
  const huge = isHuge(v, d);
  for (let row = 0; row < n; row++, x += step, to += <usize>d << 2) {
    if (huge) {
      memory.copy(to, x, <usize>d << 2);
      continue;
    }
    let j = 0;
    for (; j + 8 <= d; j += 8) {
      const place = <usize>j << 2;
      const y0 = f32x4.mul(v128.load(x + place), v128.load(v + place));
      const y1 = f32x4.mul(v128.load(x + place, 16), v128.load(v + place, 16));
      v128.store(to + place, y0);
      v128.store(to + place, y1, 16);
    }
    for (; j < d; j += 4) {
      const place = <usize>j << 2;
      put(to + place, f32x4.mul(v128.load(x + place), v128.load(v + place)), d - j);
    }
  }
}
