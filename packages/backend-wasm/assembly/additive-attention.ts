/** What attention does with the scores of one query: weights, context, and their gradients. */
import { lanes, sumsOfPairs } from "./additive-lanes";
import { attends, fillUndefined } from "./mask";
import { expNegative } from "./math";
import { firstLanes, madd, maxLanes, put, sumLanes } from "./simd";

/** −∞ where one of the next `left` scores does not count, or where there is none. */
@inline
function allowed(x: v128, mask: usize, maskKey: i32, left: i32): v128 {
  let counts = firstLanes(left);
  if (mask) counts = v128.and(counts, attends(mask, maskKey, 0));
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
  let row = mask;
  for (let to = x; to < end; to += 16, left -= 4) {
    const y = allowed(v128.load(to), row, maskKey, left);
    v128.store(to, y);
    most = f32x4.max(most, y);
    if (maskKey) row += 4;
  }
  const largest = maxLanes(most);
  if (!(abs(largest) < Infinity)) return fillUndefined(x, n, mask, maskKey);
  const shift = f32x4.splat(largest);
  let sum = f32x4.splat(0);
  for (let to = x; to < end; to += 16) {
    const e = expNegative(f32x4.sub(v128.load(to), shift));
    v128.store(to, e);
    sum = f32x4.add(sum, e);
  }
  const total = f32x4.splat(sumLanes(sum));
  for (let to = x; to < end; to += 16) v128.store(to, f32x4.div(v128.load(to), total));
}

/**
 * From the gradient of the weights to that of the scores, in place: w ⊙ (g − w · g), and 0 where the mask of
 * {@link softmaxRow} is false, whatever g is.
 */
export function softmaxRowGradient(n: i32, weights: usize, g: usize, mask: usize, maskKey: i32): void {
  let sum = weightedSum(n, weights, g);
  // Masked weights are 0, so that the mask matters only where g is ∞ or NaN, and then so is the sum.
  if (mask && !(abs(sum) < Infinity)) {
    clearMasked(n, g, mask, maskKey);
    sum = weightedSum(n, weights, g);
    writeSlopes(n, weights, g, sum);
    clearMasked(n, g, mask, maskKey);
  } else writeSlopes(n, weights, g, sum);
}

function clearMasked(n: i32, g: usize, mask: usize, maskKey: i32): void {
  for (let j = 0; j < n; j += 4) {
    const place = g + (<usize>j << 2);
    put(place, v128.and(lanes(place, n - j), attends(mask, maskKey, j)), n - j);
  }
}

@inline
function weightedSum(n: i32, weights: usize, g: usize): f32 {
  let sum = f32x4.splat(0);
  for (let j = 0; j < n; j += 4) {
    const place = <usize>j << 2;
    sum = madd(lanes(weights + place, n - j), lanes(g + place, n - j), sum);
  }
  return sumLanes(sum);
}

@inline
function writeSlopes(n: i32, weights: usize, g: usize, sum: f32): void {
  const mean = f32x4.splat(sum);
  for (let j = 0; j < n; j += 4) {
    const place = <usize>j << 2;
    const y = f32x4.mul(lanes(weights + place, n - j), f32x4.sub(lanes(g + place, n - j), mean));
    put(g + place, y, n - j);
  }
}

/** The context: Σ weight · value over n rows of c floats, four rows at a time. */
export function contextRow(n: i32, c: i32, weights: usize, values: usize, out: usize): void {
  const step = <usize>c << 2;
  if (n >= 4) contextBlock(4, false, c, weights, values, step, out);
  else contextRest(n, false, c, weights, values, step, out);
  for (n -= 4; n > 0; n -= 4) {
    weights += 16;
    values += 4 * step;
    if (n >= 4) contextBlock(4, true, c, weights, values, step, out);
    else contextRest(n, true, c, weights, values, step, out);
  }
}

@inline
function contextRest(n: i32, more: bool, c: i32, weights: usize, values: usize, step: usize, out: usize): void {
  if (n == 3) contextBlock(3, more, c, weights, values, step, out);
  else if (n == 2) contextBlock(2, more, c, weights, values, step, out);
  else contextBlock(1, more, c, weights, values, step, out);
}

/** `count` rows (1 … 4), added to what `out` holds if there is `more`. */
@inline
function contextBlock(count: i32, more: bool, c: i32, weights: usize, x: usize, step: usize, out: usize): void {
  const w0 = v128.load32_splat(weights);
  const w1 = v128.load32_splat(weights, 4);
  const w2 = v128.load32_splat(weights, 8);
  const w3 = v128.load32_splat(weights, 12);
  let j = c;
  for (; j >= 8; j -= 8, out += 32, x += 32) {
    let s0 = more ? madd(w0, v128.load(x), v128.load(out)) : f32x4.mul(w0, v128.load(x));
    let s1 = more ? madd(w0, v128.load(x, 16), v128.load(out, 16)) : f32x4.mul(w0, v128.load(x, 16));
    if (count > 1) {
      s0 = madd(w1, v128.load(x + step), s0);
      s1 = madd(w1, v128.load(x + step, 16), s1);
    }
    if (count > 2) {
      s0 = madd(w2, v128.load(x + 2 * step), s0);
      s1 = madd(w2, v128.load(x + 2 * step, 16), s1);
    }
    if (count > 3) {
      s0 = madd(w3, v128.load(x + 3 * step), s0);
      s1 = madd(w3, v128.load(x + 3 * step, 16), s1);
    }
    v128.store(out, s0);
    v128.store(out, s1, 16);
  }
  for (; j > 0; j -= 4, out += 16, x += 16) {
    let s = more ? madd(w0, lanes(x, j), lanes(out, j)) : f32x4.mul(w0, lanes(x, j));
    if (count > 1) s = madd(w1, lanes(x + step, j), s);
    if (count > 2) s = madd(w2, lanes(x + 2 * step, j), s);
    if (count > 3) s = madd(w3, lanes(x + 3 * step, j), s);
    put(out, s, j);
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
