/** What attention does with the scores of one query: weights, context, and their gradients. */
import { lanes, sumsOfPairs } from "./additive-lanes";
import { expNegative } from "./math";
import { firstLanes, madd, maxLanes, put, sumLanes } from "./simd";

/** −∞ where one of the next `left` scores does not count, or where there is none. */
@inline
function allowed(x: v128, mask: usize, maskKey: i32, left: i32): v128 {
  let counts = firstLanes(left);
  if (mask) {
    const bytes = maskKey
      ? i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(mask)))
      : i32x4.splat(load<u8>(mask));
    counts = v128.and(counts, i32x4.ne(bytes, i32x4.splat(0)));
  }
  return v128.bitselect(x, f32x4.splat(-Infinity), counts);
}

/**
 * Scores to weights, in place: n of them, and room up to a multiple of 4.
 *
 * @param mask - a bool for each, `maskKey` (0 or 1) bytes apart, or 0; where nothing is true, all weights are 0
 */
export function softmaxRow(n: i32, x: usize, mask: usize, maskKey: i32): void {
  const end = x + (<usize>n << 2);
  let most = f32x4.splat(-Infinity);
  let left = n;
  for (let to = x; to < end; to += 16, left -= 4) {
    const y = allowed(v128.load(to), mask, maskKey, left);
    v128.store(to, y);
    most = f32x4.max(most, y);
    if (maskKey) mask += 4;
  }
  const largest = maxLanes(most);
  if (largest == -Infinity) {
    memory.fill(x, 0, <usize>n << 2);
    return;
  }
  const shift = f32x4.splat(largest);
  let sum = f32x4.splat(0);
  for (let to = x; to < end; to += 16) {
    const y = expNegative(f32x4.sub(v128.load(to), shift));
    v128.store(to, y);
    sum = f32x4.add(sum, y);
  }
  const total = f32x4.splat(sumLanes(sum));
  for (let to = x; to < end; to += 16) v128.store(to, f32x4.div(v128.load(to), total));
}

/** From the gradient of the weights to that of the scores, in place: w ⊙ (g − w · g). */
export function softmaxRowGradient(n: i32, weights: usize, g: usize): void {
  let sum = f32x4.splat(0);
  for (let j = 0; j < n; j += 4) {
    const place = <usize>j << 2;
    sum = madd(lanes(weights + place, n - j), lanes(g + place, n - j), sum);
  }
  const mean = f32x4.splat(sumLanes(sum));
  for (let j = 0; j < n; j += 4) {
    const place = <usize>j << 2;
    const y = f32x4.mul(lanes(weights + place, n - j), f32x4.sub(lanes(g + place, n - j), mean));
    put(g + place, y, n - j);
  }
}

/** The context: Σ weight · value over n rows of c floats, four rows at a time. */
export function contextRow(n: i32, c: i32, weights: usize, values: usize, out: usize): void {
  const step = <usize>c << 2;
  let key = 0;
  for (; key + 4 <= n; key += 4, weights += 16, values += 4 * step) {
    const w0 = v128.load32_splat(weights);
    const w1 = v128.load32_splat(weights, 4);
    const w2 = v128.load32_splat(weights, 8);
    const w3 = v128.load32_splat(weights, 12);
    let to = out;
    let x0 = values;
    let j = c;
    for (; j >= 8; j -= 8, to += 32, x0 += 32) {
      const x1 = x0 + step;
      const x2 = x1 + step;
      const x3 = x2 + step;
      let s0 = f32x4.mul(w0, v128.load(x0));
      let s1 = f32x4.mul(w0, v128.load(x0, 16));
      s0 = madd(w1, v128.load(x1), s0);
      s1 = madd(w1, v128.load(x1, 16), s1);
      s0 = madd(w2, v128.load(x2), s0);
      s1 = madd(w2, v128.load(x2, 16), s1);
      s0 = madd(w3, v128.load(x3), s0);
      s1 = madd(w3, v128.load(x3, 16), s1);
      if (key) {
        s0 = f32x4.add(s0, v128.load(to));
        s1 = f32x4.add(s1, v128.load(to, 16));
      }
      v128.store(to, s0);
      v128.store(to, s1, 16);
    }
    for (; j > 0; j -= 4, to += 16, x0 += 16) {
      let s = f32x4.mul(w0, lanes(x0, j));
      s = madd(w1, lanes(x0 + step, j), s);
      s = madd(w2, lanes(x0 + 2 * step, j), s);
      s = madd(w3, lanes(x0 + 3 * step, j), s);
      if (key) s = f32x4.add(s, lanes(to, j));
      put(to, s, j);
    }
  }
  for (; key < n; key++, weights += 4, values += step) {
    const w = v128.load32_splat(weights);
    let to = out;
    let x = values;
    for (let j = c; j > 0; j -= 4, to += 16, x += 16) {
      put(to, key ? madd(w, lanes(x, j), lanes(to, j)) : f32x4.mul(w, lanes(x, j)), j);
    }
  }
}

/**
 * The gradient of the weights: for each value, its product with the gradient of the context, plus `more` [n] unless 0.
 * Four values at a time.
 *
 * @param out - [n], with room up to a multiple of 4
 * @param spare - 128 bytes of workspace
 */
export function weightsGradientRow(n: i32, c: i32, dContext: usize, values: usize, more: usize, out: usize, spare: usize): void {
  const step = <usize>c << 2;
  const last = values + <usize>(n - 1) * step;
  for (let left = n; left > 0; left -= 4, values += 4 * step, out += 16) {
    // Beyond the last value, it is taken again: nobody looks at the result.
    valueProduct(c, dContext, values, spare);
    valueProduct(c, dContext, min(values + step, last), spare + 32);
    valueProduct(c, dContext, min(values + 2 * step, last), spare + 64);
    valueProduct(c, dContext, min(values + 3 * step, last), spare + 96);
    let sums = sumsOfPairs(spare);
    if (more) {
      sums = f32x4.add(sums, lanes(more, left));
      more += 16;
    }
    v128.store(out, sums);
  }
}

@inline
function valueProduct(c: i32, g: usize, x: usize, out: usize): void {
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
  let j = c;
  for (; j >= 16; j -= 16, g += 64, x += 64) {
    s0 = madd(v128.load(g), v128.load(x), s0);
    s1 = madd(v128.load(g, 16), v128.load(x, 16), s1);
    s2 = madd(v128.load(g, 32), v128.load(x, 32), s2);
    s3 = madd(v128.load(g, 48), v128.load(x, 48), s3);
  }
  s0 = f32x4.add(s0, s2);
  s1 = f32x4.add(s1, s3);
  // Neighbouring stores let the engine merge both halves.
  v128.store(out, s0);
  v128.store(out, s1, 16);
  for (; j > 0; j -= 4, g += 16, x += 16) v128.store(out, madd(lanes(g, j), lanes(x, j), v128.load(out)));
}
