/**
 * Sparsemax and 1.5-entmax over rows of n neighbours, with their gradients: max(z − τ, 0)^p, τ such that a row sums to 1.
 *
 * Nothing is sorted. τ is sought from below with Newton's steps on the sum of a row, which is convex and falls as τ rises:
 * no step goes too far, and once the entries above τ are the right ones, τ is a formula of theirs.
 */
import { attends, fillUndefined } from "./mask";
import { firstLanes, maxLanes, put, sumLanes } from "./simd";
import { rowOffset } from "./strides";

/** Where the scores end that can have weight, with the largest taken off: τ is never lower. */
const LOWEST: f32 = -1;
/** Newton's steps double the right digits of τ each time; more are never needed. */
const MOST_STEPS: i32 = 64;

@inline
function countLanes(x: v128): i32 {
  return i32x4.extract_lane(x, 0) + i32x4.extract_lane(x, 1) + i32x4.extract_lane(x, 2) + i32x4.extract_lane(x, 3);
}

@inline
function minLanes(x: v128): f32 {
  return -maxLanes(f32x4.neg(x));
}

/**
 * Writes scale · x with the largest of a row taken off, and −2 for all that lies lower or is masked.
 *
 * @returns whether the largest is finite: ∞ and NaN have no nearest weights, nor has −∞
 */
@inline
function writeBelowLargest(x: usize, out: usize, n: i32, scale: f32, mask: usize, step: i32): bool {
  const none = f32x4.splat(-Infinity);
  const floor = f32x4.splat(2 * LOWEST);
  const factor = f32x4.splat(scale);
  let top = none;
  for (let j = 0; j < n; j += 4) {
    let use = firstLanes(n - j);
    if (mask) use = v128.and(use, attends(mask, step, j));
    top = f32x4.max(top, v128.bitselect(v128.load(x + (<usize>j << 2)), none, use));
  }
  const highest = maxLanes(top);
  if (!(abs(highest) < Infinity)) return false;
  const largest = f32x4.splat(highest * scale);
  for (let j = 0; j < n; j += 4) {
    const at = <usize>j << 2;
    let z = f32x4.max(f32x4.sub(f32x4.mul(v128.load(x + at), factor), largest), floor);
    if (mask) z = v128.bitselect(z, floor, attends(mask, step, j));
    put(out + at, z, n - j);
  }
  return true;
}

/** τ of sparsemax: (Σ z − 1) / |S| over the entries S above the τ before, until S stays as it is. */
@inline
function sparsemaxThreshold(z: usize, n: i32): f32 {
  let threshold = LOWEST;
  let known = i32.MAX_VALUE;
  while (true) {
    const low = f32x4.splat(threshold);
    let total = f32x4.splat(0);
    let count = i32x4.splat(0);
    for (let j = 0; j < n; j += 4) {
      const value = v128.load(z + (<usize>j << 2));
      const above = v128.and(f32x4.gt(value, low), firstLanes(n - j));
      total = f32x4.add(total, v128.and(value, above));
      count = i32x4.sub(count, above);
    }
    const size = countLanes(count);
    // Entries only leave S.
    if (size >= known) return threshold;
    known = size;
    threshold = (sumLanes(total) - 1) / <f32>size;
  }
}

/**
 * τ of 1.5-entmax. With d the heights of the entries S above the τ before, the root of Σ_S (d − x)² = 1 is
 * x = (Σ d − √(|S| (1 − Σ d²) + (Σ d)²)) / |S|; it is τ when all of S lies above it. Until then, Newton's step.
 */
@inline
function entmaxThreshold(z: usize, n: i32): f32 {
  let threshold = LOWEST;
  let found = false;
  for (let turn = 0; turn < MOST_STEPS; turn++) {
    const low = f32x4.splat(threshold);
    let sums = f32x4.splat(0);
    let squares = f32x4.splat(0);
    let count = i32x4.splat(0);
    let lowest = f32x4.splat(Infinity);
    for (let j = 0; j < n; j += 4) {
      const height = f32x4.sub(v128.load(z + (<usize>j << 2)), low);
      const above = v128.and(f32x4.gt(height, f32x4.splat(0)), firstLanes(n - j));
      const d = v128.and(height, above);
      sums = f32x4.add(sums, d);
      squares = f32x4.add(squares, f32x4.mul(d, d));
      count = i32x4.sub(count, above);
      lowest = f32x4.min(lowest, v128.bitselect(height, f32x4.splat(Infinity), above));
    }
    const size = <f32>countLanes(count);
    const sum = sumLanes(sums);
    const square = sumLanes(squares);
    const rest = size * (1 - square) + sum * sum;
    const root = (sum - sqrt(max(rest, 0))) / size;
    // Far from τ, sums are large and their difference is coarse: the root is taken once more from where it led.
    if (found) return threshold + root;
    found = rest >= 0 && minLanes(lowest) >= root;
    const step = found ? root : (square - 1) / (2 * sum);
    // No way up is left to rounding.
    if (!found && !(step > 0)) return threshold;
    threshold += step;
  }
  return threshold;
}

/** Weights of a row from what {@link writeBelowLargest} wrote, in its place. */
@inline
function writeWeights(z: usize, n: i32, threshold: f32, squared: bool): void {
  const low = f32x4.splat(threshold);
  for (let j = 0; j < n; j += 4) {
    const at = z + (<usize>j << 2);
    const above = f32x4.max(f32x4.sub(v128.load(at), low), f32x4.splat(0));
    put(at, squared ? f32x4.mul(above, above) : above, n - j);
  }
}

/**
 * Sparsemax of rows `begin` … `end` − 1 where the mask is true (everywhere if its address is 0); elsewhere, and in rows
 * without a true entry, 0.
 */
export function sparsemax(
  begin: i32, end: i32, _scratch: usize, x: usize, out: usize, n: i32, mask: usize, step: i32, rank: i32, axes: usize,
): void {
  for (let i = begin; i < end; i++) {
    const at = <usize>i * <usize>n << 2;
    const row = mask ? mask + rowOffset(i, rank, axes, 0) : 0;
    if (writeBelowLargest(x + at, out + at, n, 1, row, step)) {
      writeWeights(out + at, n, sparsemaxThreshold(out + at, n), false);
    } else fillUndefined(out + at, n, row, step);
  }
}

/** 1.5-entmax, as {@link sparsemax}. */
export function entmax15(
  begin: i32, end: i32, _scratch: usize, x: usize, out: usize, n: i32, mask: usize, step: i32, rank: i32, axes: usize,
): void {
  for (let i = begin; i < end; i++) {
    const at = <usize>i * <usize>n << 2;
    const row = mask ? mask + rowOffset(i, rank, axes, 0) : 0;
    if (writeBelowLargest(x + at, out + at, n, 0.5, row, step)) {
      writeWeights(out + at, n, entmaxThreshold(out + at, n), true);
    } else fillUndefined(out + at, n, row, step);
  }
}

/** s ⊙ (g − Σ s g / Σ s), where s of a weight y is 1 above 0 for sparsemax, √y for 1.5-entmax. */
@inline
function differentiate(begin: i32, end: i32, y: usize, g: usize, out: usize, n: i32, root: bool): void {
  const one = f32x4.splat(1);
  for (let i = <usize>begin; i < <usize>end; i++) {
    const at = i * <usize>n << 2;
    let slopes = f32x4.splat(0);
    let products = f32x4.splat(0);
    for (let j = 0; j < n; j += 4) {
      const place = at + (<usize>j << 2);
      const weight = v128.load(y + place);
      const above = v128.and(f32x4.gt(weight, f32x4.splat(0)), firstLanes(n - j));
      const s = v128.and(root ? f32x4.sqrt(weight) : one, above);
      slopes = f32x4.add(slopes, s);
      products = f32x4.add(products, v128.and(f32x4.mul(s, v128.load(g + place)), above));
    }
    const total = sumLanes(slopes);
    const mean = f32x4.splat(total > 0 ? sumLanes(products) / total : 0);
    for (let j = 0; j < n; j += 4) {
      const place = at + (<usize>j << 2);
      const weight = v128.load(y + place);
      const s = root ? f32x4.sqrt(weight) : one;
      const slope = f32x4.mul(s, f32x4.sub(v128.load(g + place), mean));
      put(out + place, v128.and(slope, f32x4.gt(weight, f32x4.splat(0))), n - j);
    }
  }
}

export function sparsemaxGradient(begin: i32, end: i32, _scratch: usize, y: usize, g: usize, out: usize, n: i32): void {
  differentiate(begin, end, y, g, out, n, false);
}

export function entmax15Gradient(begin: i32, end: i32, _scratch: usize, y: usize, g: usize, out: usize, n: i32): void {
  differentiate(begin, end, y, g, out, n, true);
}
