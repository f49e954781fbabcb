/** Softmax and its relatives over rows of n neighbours, with their gradients. */
import { attends, fillUndefined } from "./mask";
import { exp, log } from "./math";
import { firstLanes, maxLanes, put, sumLanes } from "./simd";
import { rowOffset } from "./strides";

/** The largest scaled score of a row, of those that may be attended to. */
@inline
function largest(masked: bool, x: usize, n: i32, scale: v128, mask: usize, step: i32): f32 {
  const lowest = f32x4.splat(-Infinity);
  let top = lowest;
  for (let j = 0; j < n; j += 4) {
    let use = firstLanes(n - j);
    if (masked) use = v128.and(use, attends(mask, step, j));
    top = f32x4.max(top, v128.bitselect(f32x4.mul(v128.load(x + (<usize>j << 2)), scale), lowest, use));
  }
  return maxLanes(top);
}

@inline
function softmaxRow(masked: bool, x: usize, out: usize, n: i32, factor: f32, mask: usize, step: i32): void {
  const scale = f32x4.splat(factor);
  const highest = largest(masked, x, n, scale, mask, step);
  if (!(abs(highest) < Infinity)) return fillUndefined(out, n, masked ? mask : 0, step);
  const top = f32x4.splat(highest);
  let total = f32x4.splat(0);
  let j = 0;
  if (!masked) {
    for (; j + 8 <= n; j += 8) {
      const at = <usize>j << 2;
      // Not fused: where scores are huge, the rounding of a product exceeds all that exp can take.
      const e0 = exp(f32x4.sub(f32x4.mul(v128.load(x + at), scale), top));
      const e1 = exp(f32x4.sub(f32x4.mul(v128.load(x + at, 16), scale), top));
      v128.store(out + at, e0);
      v128.store(out + at, e1, 16);
      total = f32x4.add(total, f32x4.add(e0, e1));
    }
  }
  for (; j < n; j += 4) {
    const at = <usize>j << 2;
    let use = firstLanes(n - j);
    if (masked) use = v128.and(use, attends(mask, step, j));
    const e = v128.and(exp(f32x4.sub(f32x4.mul(v128.load(x + at), scale), top)), use);
    put(out + at, e, n - j);
    total = f32x4.add(total, e);
  }
  const share = f32x4.splat(1 / sumLanes(total));
  for (j = 0; j < n; j += 4) {
    const to = out + (<usize>j << 2);
    put(to, f32x4.mul(v128.load(to), share), n - j);
  }
}

/** softmax(scale · x) of rows `begin` … `end` − 1; `out` may be `x`. */
export function softmax(begin: i32, end: i32, _scratch: usize, x: usize, out: usize, n: i32, scale: f32): void {
  for (let i = <usize>begin; i < <usize>end; i++) {
    const at = i * <usize>n << 2;
    softmaxRow(false, x + at, out + at, n, scale, 0, 0);
  }
}

/** The same where the mask is true; elsewhere, and in rows without a true entry, 0. */
export function maskedSoftmax(
  begin: i32, end: i32, _scratch: usize, x: usize, out: usize, n: i32, scale: f32, mask: usize, step: i32, rank: i32, axes: usize,
): void {
  for (let i = begin; i < end; i++) {
    const at = <usize>i * <usize>n << 2;
    softmaxRow(true, x + at, out + at, n, scale, mask + rowOffset(i, rank, axes, 0), step);
  }
}

/** Σ y g of one row, of the entries whose mask is true. */
@inline
function weightedSum(masked: bool, y: usize, g: usize, n: i32, mask: usize, step: i32): f32 {
  let total = f32x4.splat(0);
  for (let j = 0; j < n; j += 4) {
    const at = <usize>j << 2;
    let use = firstLanes(n - j);
    if (masked) use = v128.and(use, attends(mask, step, j));
    total = f32x4.add(total, v128.and(f32x4.mul(v128.load(y + at), v128.load(g + at)), use));
  }
  return sumLanes(total);
}

@inline
function writeSlopes(masked: bool, y: usize, g: usize, out: usize, n: i32, factor: v128, mean: f32, mask: usize, step: i32): void {
  const sum = f32x4.splat(mean);
  for (let j = 0; j < n; j += 4) {
    const at = <usize>j << 2;
    const weight = f32x4.mul(v128.load(y + at), factor);
    const slope = f32x4.mul(weight, f32x4.sub(v128.load(g + at), sum));
    put(out + at, masked ? v128.and(slope, attends(mask, step, j)) : slope, n - j);
  }
}

/** scale · y ⊙ (g − Σ g ⊙ y), for y = softmax(scale · x). */
export function softmaxGradient(begin: i32, end: i32, _scratch: usize, y: usize, g: usize, out: usize, n: i32, scale: f32): void {
  const factor = f32x4.splat(scale);
  for (let i = <usize>begin; i < <usize>end; i++) {
    const at = i * <usize>n << 2;
    writeSlopes(false, y + at, g + at, out + at, n, factor, weightedSum(false, y + at, g + at, n, 0, 0), 0, 0);
  }
}

/** The same for weights where the mask is true; elsewhere 0, whatever g is. */
export function maskedSoftmaxGradient(
  begin: i32, end: i32, _scratch: usize, y: usize, g: usize, out: usize, n: i32, scale: f32, mask: usize, step: i32, rank: i32, axes: usize,
): void {
  const factor = f32x4.splat(scale);
  for (let i = begin; i < end; i++) {
    const at = <usize>i * <usize>n << 2;
    // Masked weights are 0, so that the mask matters only where g is ∞ or NaN, and then so is the sum.
    const sum = weightedSum(false, y + at, g + at, n, 0, 0);
    if (abs(sum) < Infinity) writeSlopes(false, y + at, g + at, out + at, n, factor, sum, 0, 0);
    else differentiateMasked(y + at, g + at, out + at, n, factor, mask + rowOffset(i, rank, axes, 0), step);
  }
}

function differentiateMasked(y: usize, g: usize, out: usize, n: i32, factor: v128, mask: usize, step: i32): void {
  writeSlopes(true, y, g, out, n, factor, weightedSum(true, y, g, n, mask, step), mask, step);
}

/** log Σ exp(x − highest) of one row. */
@inline
function logOfSum(x: usize, n: i32, highest: f32): f32 {
  const top = f32x4.splat(highest);
  let total = f32x4.splat(0);
  let other = f32x4.splat(0);
  let j = 0;
  for (; j + 8 <= n; j += 8) {
    const at = <usize>j << 2;
    total = f32x4.add(total, exp(f32x4.sub(v128.load(x + at), top)));
    other = f32x4.add(other, exp(f32x4.sub(v128.load(x + at, 16), top)));
  }
  for (; j < n; j += 4) {
    const e = exp(f32x4.sub(v128.load(x + (<usize>j << 2)), top));
    total = f32x4.add(total, v128.and(e, firstLanes(n - j)));
  }
  const sum = sumLanes(f32x4.add(total, other));
  return f32x4.extract_lane(log(f32x4.splat(sum)), 0);
}

/** log Σ exp of rows `begin` … `end` − 1. */
export function logSumExp(begin: i32, end: i32, _scratch: usize, x: usize, out: usize, n: i32): void {
  for (let i = <usize>begin; i < <usize>end; i++) {
    const row = x + (i * <usize>n << 2);
    const highest = largest(false, row, n, f32x4.splat(1), 0, 0);
    // Nothing can be taken off when all are −∞, or one is ∞.
    store<f32>(out + (i << 2), abs(highest) == Infinity ? highest : highest + logOfSum(row, n, highest));
  }
}

export function logSoftmax(begin: i32, end: i32, _scratch: usize, x: usize, out: usize, n: i32): void {
  for (let i = <usize>begin; i < <usize>end; i++) {
    const at = i * <usize>n << 2;
    const highest = largest(false, x + at, n, f32x4.splat(1), 0, 0);
    const top = f32x4.splat(highest);
    const logSum = f32x4.splat(logOfSum(x + at, n, highest));
    for (let j = 0; j < n; j += 4) {
      const place = at + (<usize>j << 2);
      // One after the other: their sum would round away the digits of small differences between large x.
      put(out + place, f32x4.sub(f32x4.sub(v128.load(x + place), top), logSum), n - j);
    }
  }
}

/** g − eʸ Σ g. */
export function logSoftmaxGradient(begin: i32, end: i32, _scratch: usize, y: usize, g: usize, out: usize, n: i32): void {
  for (let i = <usize>begin; i < <usize>end; i++) {
    const at = i * <usize>n << 2;
    let total = f32x4.splat(0);
    for (let j = 0; j < n; j += 4) {
      total = f32x4.add(total, v128.and(v128.load(g + at + (<usize>j << 2)), firstLanes(n - j)));
    }
    const sum = f32x4.splat(sumLanes(total));
    for (let j = 0; j < n; j += 4) {
      const place = at + (<usize>j << 2);
      put(out + place, f32x4.sub(v128.load(g + place), f32x4.mul(exp(v128.load(y + place)), sum)), n - j);
    }
  }
}

/**
 * Cross-entropy of rows `begin` … `end` − 1 with targets that are spread evenly by `smoothing`. Writes each row's loss;
 * and into `logSums`, [rows, 2], the largest logit and log Σ exp(x − largest). Rows whose target is `ignored` (if
 * `ignores`) have loss 0.
 */
export function crossEntropy(
  begin: i32, end: i32, _scratch: usize, logits: usize, targets: usize, losses: usize, logSums: usize,
  n: i32, smoothing: f32, ignores: i32, ignored: i32,
): void {
  for (let i = <usize>begin; i < <usize>end; i++) {
    const target = load<i32>(targets + (i << 2));
    let loss: f32 = 0;
    if (!ignores || target != ignored) {
      const x = logits + (i * <usize>n << 2);
      const highest = largest(false, x, n, f32x4.splat(1), 0, 0);
      const logSum = logOfSum(x, n, highest);
      store<f32>(logSums + (i << 3), highest);
      store<f32>(logSums + (i << 3), logSum, 4);
      loss = logSum - (load<f32>(x + (<usize>target << 2)) - highest);
      if (smoothing > 0) loss = loss * (1 - smoothing) + (logSum - meanBelow(x, n, highest)) * smoothing;
    }
    store<f32>(losses + (i << 2), loss);
  }
}

/** The mean of x − highest. */
function meanBelow(x: usize, n: i32, highest: f32): f32 {
  const top = f32x4.splat(highest);
  let total = f32x4.splat(0);
  for (let j = 0; j < n; j += 4) {
    total = f32x4.add(total, v128.and(f32x4.sub(v128.load(x + (<usize>j << 2)), top), firstLanes(n - j)));
  }
  return sumLanes(total) / <f32>n;
}

/** Writes the mean of the losses and the number of rows that count, or with `summed` their sum and 1. */
export function crossEntropyTotal(
  losses: usize, targets: usize, rows: i32, ignores: i32, ignored: i32, summed: i32, loss: usize, divisor: usize,
): void {
  let total: f64 = 0;
  let counted = 0;
  for (let i: usize = 0; i < <usize>rows; i++) {
    if (ignores && load<i32>(targets + (i << 2)) == ignored) continue;
    total += <f64>load<f32>(losses + (i << 2));
    counted++;
  }
  if (summed) counted = 1;
  store<f32>(loss, <f32>(total / <f64>(ignores ? max(counted, 1) : counted)));
  store<f32>(divisor, <f32>max(counted, 1));
}

/** d(loss)/d(logits) = (softmax − target distribution) · g / count. */
export function crossEntropyGradient(
  begin: i32, end: i32, _scratch: usize, logits: usize, targets: usize, logSums: usize, g: usize, count: usize, out: usize,
  n: i32, smoothing: f32, ignores: i32, ignored: i32,
): void {
  const scale = load<f32>(g) / load<f32>(count);
  const factor = f32x4.splat(scale);
  const spread = f32x4.splat(smoothing / <f32>n);
  for (let i = <usize>begin; i < <usize>end; i++) {
    const target = load<i32>(targets + (i << 2));
    const at = i * <usize>n << 2;
    if (ignores && target == ignored) {
      memory.fill(out + at, 0, <usize>n << 2);
      continue;
    }
    const top = f32x4.splat(load<f32>(logSums + (i << 3)));
    const logSum = f32x4.splat(load<f32>(logSums + (i << 3), 4));
    let j = 0;
    for (; j + 8 <= n; j += 8) {
      const from = logits + at + (<usize>j << 2);
      const to = out + at + (<usize>j << 2);
      const p0 = f32x4.mul(f32x4.sub(exp(f32x4.sub(f32x4.sub(v128.load(from), top), logSum)), spread), factor);
      const p1 = f32x4.mul(f32x4.sub(exp(f32x4.sub(f32x4.sub(v128.load(from, 16), top), logSum)), spread), factor);
      v128.store(to, p0);
      v128.store(to, p1, 16);
    }
    for (; j < n; j += 4) {
      const place = at + (<usize>j << 2);
      const p = f32x4.sub(exp(f32x4.sub(f32x4.sub(v128.load(logits + place), top), logSum)), spread);
      put(out + place, f32x4.mul(p, factor), n - j);
    }
    const gold = out + at + (<usize>target << 2);
    store<f32>(gold, load<f32>(gold) - (1 - smoothing) * scale);
  }
}

/** The position of the first target that is neither a class nor ignored, or −1. */
export function firstBadTarget(targets: usize, rows: i32, n: i32, ignores: i32, ignored: i32): i32 {
  for (let i = 0; i < rows; i++) {
    const target = load<i32>(targets + (<usize>i << 2));
    if (<u32>target >= <u32>n && !(ignores && target == ignored)) return i;
  }
  return -1;
}
