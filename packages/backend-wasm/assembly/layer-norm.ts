/** Layer normalisation over rows of n neighbours. Weight and bias may be left out (address 0). */
import { firstLanes, madd, put, sumLanes } from "./simd";

@inline
function weightAt(weight: usize, at: usize): v128 {
  return weight ? v128.load(weight + at) : f32x4.splat(1);
}

/** Writes each row's mean and 1 / √(variance + ε) into `moments`, [rows, 2]. */
export function layerNorm(
  begin: i32, end: i32, _scratch: usize, x: usize, weight: usize, bias: usize, out: usize, moments: usize, n: i32, epsilon: f32,
): void {
  for (let i = <usize>begin; i < <usize>end; i++) {
    const row = x + (i * <usize>n << 2);
    let total = f32x4.splat(0);
    for (let j = 0; j < n; j += 4) {
      total = f32x4.add(total, v128.and(v128.load(row + (<usize>j << 2)), firstLanes(n - j)));
    }
    const mean = sumLanes(total) / <f32>n;
    const centre = f32x4.splat(mean);
    let squares = f32x4.splat(0);
    for (let j = 0; j < n; j += 4) {
      const d = v128.and(f32x4.sub(v128.load(row + (<usize>j << 2)), centre), firstLanes(n - j));
      squares = madd(d, d, squares);
    }
    const scale: f32 = 1 / sqrt<f32>(sumLanes(squares) / <f32>n + epsilon);
    store<f32>(moments + (i << 3), mean);
    store<f32>(moments + (i << 3), scale, 4);
    const factor = f32x4.splat(scale);
    for (let j = 0; j < n; j += 4) {
      const at = <usize>j << 2;
      const normal = f32x4.mul(f32x4.sub(v128.load(row + at), centre), factor);
      const shift = bias ? v128.load(bias + at) : f32x4.splat(0);
      put(out + (i * <usize>n << 2) + at, madd(normal, weightAt(weight, at), shift), n - j);
    }
  }
}

/** d(loss)/d(x): scale · (h − mean(h) − normal · mean(h ⊙ normal)) with h = g ⊙ weight. */
export function layerNormGradient(
  begin: i32, end: i32, _scratch: usize, x: usize, weight: usize, moments: usize, g: usize, out: usize, n: i32,
): void {
  for (let i = <usize>begin; i < <usize>end; i++) {
    const start = i * <usize>n << 2;
    const centre = f32x4.splat(load<f32>(moments + (i << 3)));
    const factor = f32x4.splat(load<f32>(moments + (i << 3), 4));
    let sum = f32x4.splat(0);
    let product = f32x4.splat(0);
    for (let j = 0; j < n; j += 4) {
      const at = <usize>j << 2;
      const use = firstLanes(n - j);
      const h = v128.and(f32x4.mul(v128.load(g + start + at), weightAt(weight, at)), use);
      const normal = v128.and(f32x4.mul(f32x4.sub(v128.load(x + start + at), centre), factor), use);
      sum = f32x4.add(sum, h);
      product = madd(h, normal, product);
    }
    const total = sumLanes(sum);
    const slope = f32x4.splat(sumLanes(product) / <f32>n);
    // Where one of h is infinite, ∞ − ∞ makes the whole row NaN.
    const mean = f32x4.splat(abs(total) < Infinity ? total / <f32>n : NaN);
    for (let j = 0; j < n; j += 4) {
      const at = <usize>j << 2;
      const h = f32x4.mul(v128.load(g + start + at), weightAt(weight, at));
      const normal = f32x4.mul(f32x4.sub(v128.load(x + start + at), centre), factor);
      const rest = f32x4.sub(f32x4.sub(h, mean), f32x4.mul(normal, slope));
      put(out + start + at, f32x4.mul(rest, factor), n - j);
    }
  }
}

/** d(loss)/d(weight) = Σ g ⊙ normal over rows, for columns `begin` … `end` − 1. */
export function layerNormWeightGradient(
  begin: i32, end: i32, _scratch: usize, x: usize, moments: usize, g: usize, out: usize, rows: i32, n: i32,
): void {
  for (let j = begin; j < end; j += 4) {
    let total = f32x4.splat(0);
    for (let i: usize = 0; i < <usize>rows; i++) {
      const at = (i * <usize>n + <usize>j) << 2;
      const centred = f32x4.sub(v128.load(x + at), f32x4.splat(load<f32>(moments + (i << 3))));
      const normal = f32x4.mul(centred, f32x4.splat(load<f32>(moments + (i << 3), 4)));
      total = madd(v128.load(g + at), normal, total);
    }
    put(out + (<usize>j << 2), total, end - j);
  }
}
