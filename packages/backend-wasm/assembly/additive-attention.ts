/** What attention does with the scores of one query: weights, context, and their gradients. */
import { lanes } from "./additive-lanes";
import { expNegative } from "./math";
import { madd, maxLanes, put, sumLanes } from "./simd";

/**
 * Scores to weights, in place: n of them, and room up to a multiple of 4.
 *
 * @param mask - a bool for each, `maskKey` bytes apart, or 0; where nothing is true, all weights are 0
 */
export function softmaxRow(n: i32, x: usize, mask: usize, maskKey: i32): void {
  if (mask) {
    for (let j = 0; j < n; j++, mask += <usize>maskKey) {
      if (!load<u8>(mask)) store<f32>(x + (<usize>j << 2), -Infinity);
    }
  }
  const end = x + (<usize>n << 2);
  for (let to = end; to & 15; to += 4) store<f32>(to, -Infinity);
  let most = v128.load(x);
  for (let from = x + 16; from < end; from += 16) most = f32x4.max(most, v128.load(from));
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

/** The context: Σ weight · value over n rows of c floats. */
export function contextRow(n: i32, c: i32, weights: usize, values: usize, out: usize): void {
  const step = <usize>c << 2;
  const last = weights + (<usize>n << 2);
  let j = c;
  for (; j >= 16; j -= 16, values += 64, out += 64) {
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
    let value = values;
    for (let w = weights; w < last; w += 4, value += step) {
      const x = v128.load32_splat(w);
      s0 = madd(x, v128.load(value), s0);
      s1 = madd(x, v128.load(value, 16), s1);
      s2 = madd(x, v128.load(value, 32), s2);
      s3 = madd(x, v128.load(value, 48), s3);
    }
    v128.store(out, s0);
    v128.store(out, s1, 16);
    v128.store(out, s2, 32);
    v128.store(out, s3, 48);
  }
  for (; j > 0; j -= 4, values += 16, out += 16) {
    let s = f32x4.splat(0);
    let value = values;
    for (let w = weights; w < last; w += 4, value += step) s = madd(v128.load32_splat(w), lanes(value, j), s);
    put(out, s, j);
  }
}

/**
 * The gradient of the weights: for each value, its product with the gradient of the context, plus `more` [n] unless 0.
 *
 * @param spare - 32 bytes of workspace
 */
export function weightsGradientRow(n: i32, c: i32, dContext: usize, values: usize, more: usize, out: usize, spare: usize): void {
  const blocks = dContext + (<usize>(c & ~15) << 2);
  for (let key = 0; key < n; key++, out += 4) {
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
    let g = dContext;
    for (; g < blocks; g += 64, values += 64) {
      s0 = madd(v128.load(g), v128.load(values), s0);
      s1 = madd(v128.load(g, 16), v128.load(values, 16), s1);
      s2 = madd(v128.load(g, 32), v128.load(values, 32), s2);
      s3 = madd(v128.load(g, 48), v128.load(values, 48), s3);
    }
    s0 = f32x4.add(s0, s2);
    s1 = f32x4.add(s1, s3);
    // Neighbouring stores let the engine merge both halves.
    v128.store(spare, s0);
    v128.store(spare, s1, 16);
    let sum = f32x4.add(v128.load(spare), v128.load(spare, 16));
    for (let j = c & 15; j > 0; j -= 4, g += 16, values += 16) sum = madd(lanes(g, j), lanes(values, j), sum);
    // The last vector may have been incomplete.
    if (c & 3) values -= <usize>(4 - (c & 3)) << 2;
    let total = sumLanes(sum);
    if (more) total += load<f32>(more + (<usize>key << 2));
    store<f32>(out, total);
  }
}
