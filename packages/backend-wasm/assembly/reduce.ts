/**
 * Folds the middle axis of [outer, r, inner]. The order of additions depends on the shape alone, never on how work is
 * shared out: one part is a range of `outer`, or of `inner` when there is only one outer slice.
 */
import { sumLanes } from "./simd";

const SUM: i32 = 0;
const MAX: i32 = 1;

@inline
function fold(kernel: i32, a: v128, b: v128): v128 {
  return kernel == SUM ? f32x4.add(a, b) : kernel == MAX ? f32x4.max(a, b) : f32x4.min(a, b);
}

@inline
function foldOne(kernel: i32, a: f32, b: f32): f32 {
  return kernel == SUM ? a + b : kernel == MAX ? max(a, b) : min(a, b);
}

@inline
function start(kernel: i32): f32 {
  return kernel == SUM ? 0 : kernel == MAX ? -f32(Infinity) : f32(Infinity);
}

/** Longest run that is added in f32. The sums of longer runs are added in f64, so that the error does not grow with the length. */
const RUN: i32 = 1024;

@inline
function foldRow(kernel: i32, x: usize, n: i32): f32 {
  if (kernel != SUM || n <= RUN) return foldRun(kernel, x, n);
  let total: f64 = 0;
  for (let i = 0; i < n; i += RUN) total += <f64>foldRun(kernel, x + (<usize>i << 2), min(RUN, n - i));
  return <f32>total;
}

/** Neighbours: eight vectors of partial results, so that additions need not wait, and rounding errors stay small. */
@inline
function foldRun(kernel: i32, x: usize, n: i32): f32 {
  const first = f32x4.splat(start(kernel));
  let s0 = first, s1 = first, s2 = first, s3 = first, s4 = first, s5 = first, s6 = first, s7 = first;
  const blocks = x + (<usize>(n & ~31) << 2);
  const vectors = x + (<usize>(n & ~3) << 2);
  const end = x + (<usize>n << 2);
  for (; x < blocks; x += 128) {
    s0 = fold(kernel, s0, v128.load(x));
    s1 = fold(kernel, s1, v128.load(x, 16));
    s2 = fold(kernel, s2, v128.load(x, 32));
    s3 = fold(kernel, s3, v128.load(x, 48));
    s4 = fold(kernel, s4, v128.load(x, 64));
    s5 = fold(kernel, s5, v128.load(x, 80));
    s6 = fold(kernel, s6, v128.load(x, 96));
    s7 = fold(kernel, s7, v128.load(x, 112));
  }
  for (; x < vectors; x += 16) s0 = fold(kernel, s0, v128.load(x));
  s0 = fold(kernel, fold(kernel, s0, s1), fold(kernel, s2, s3));
  s4 = fold(kernel, fold(kernel, s4, s5), fold(kernel, s6, s7));
  s0 = fold(kernel, s0, s4);
  let result = kernel == SUM
    ? sumLanes(s0)
    : foldOne(kernel,
        foldOne(kernel, f32x4.extract_lane(s0, 0), f32x4.extract_lane(s0, 1)),
        foldOne(kernel, f32x4.extract_lane(s0, 2), f32x4.extract_lane(s0, 3)));
  for (; x < end; x += 4) result = foldOne(kernel, result, load<f32>(x));
  return result;
}

/** Longest run of rows that is added in f32. */
const ROWS: i32 = 512;

/** Rows above each other: columns j0 … j1 − 1 of [r, inner]. */
@inline
function foldColumns(kernel: i32, x: usize, r: i32, inner: i32, j0: i32, j1: i32, out: usize): void {
  if (kernel == SUM && r > ROWS) sumManyRows(x, r, inner, j0, j1, out);
  else foldRows(kernel, x, r, inner, j0, j1, out);
}

/** Adds runs of rows in f32, and their sums in f64. */
function sumManyRows(x: usize, r: i32, inner: i32, j0: i32, j1: i32, out: usize): void {
  const zero = f32x4.splat(0);
  const step = <usize>inner << 2;
  let j = j0;
  for (; j + 16 <= j1; j += 16) {
    let t0 = zero, t1 = zero, t2 = zero, t3 = zero, t4 = zero, t5 = zero, t6 = zero, t7 = zero;
    let from = x + (<usize>j << 2);
    for (let i = 0; i < r; i += ROWS) {
      let s0 = zero, s1 = zero, s2 = zero, s3 = zero;
      for (let k = min(ROWS, r - i); k > 0; k--, from += step) {
        s0 = f32x4.add(s0, v128.load(from));
        s1 = f32x4.add(s1, v128.load(from, 16));
        s2 = f32x4.add(s2, v128.load(from, 32));
        s3 = f32x4.add(s3, v128.load(from, 48));
      }
      t0 = f64x2.add(t0, f64x2.promote_low_f32x4(s0));
      t1 = f64x2.add(t1, promoteHigh(s0));
      t2 = f64x2.add(t2, f64x2.promote_low_f32x4(s1));
      t3 = f64x2.add(t3, promoteHigh(s1));
      t4 = f64x2.add(t4, f64x2.promote_low_f32x4(s2));
      t5 = f64x2.add(t5, promoteHigh(s2));
      t6 = f64x2.add(t6, f64x2.promote_low_f32x4(s3));
      t7 = f64x2.add(t7, promoteHigh(s3));
    }
    const to = out + (<usize>j << 2);
    v128.store(to, demote(t0, t1));
    v128.store(to, demote(t2, t3), 16);
    v128.store(to, demote(t4, t5), 32);
    v128.store(to, demote(t6, t7), 48);
  }
  for (; j < j1; j++) {
    let total: f64 = 0;
    let from = x + (<usize>j << 2);
    for (let i = 0; i < r; i += ROWS) {
      let sum: f32 = 0;
      for (let k = min(ROWS, r - i); k > 0; k--, from += step) sum += load<f32>(from);
      total += <f64>sum;
    }
    store<f32>(out + (<usize>j << 2), <f32>total);
  }
}

@inline
function promoteHigh(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3));
}

@inline
function demote(low: v128, high: v128): v128 {
  return v128.shuffle<f32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
}

@inline
function foldRows(kernel: i32, x: usize, r: i32, inner: i32, j0: i32, j1: i32, out: usize): void {
  const first = f32x4.splat(start(kernel));
  const step = <usize>inner << 2;
  let j = j0;
  for (; j + 16 <= j1; j += 16) {
    let s0 = first, s1 = first, s2 = first, s3 = first;
    let from = x + (<usize>j << 2);
    for (let i = 0; i < r; i++, from += step) {
      s0 = fold(kernel, s0, v128.load(from));
      s1 = fold(kernel, s1, v128.load(from, 16));
      s2 = fold(kernel, s2, v128.load(from, 32));
      s3 = fold(kernel, s3, v128.load(from, 48));
    }
    const to = out + (<usize>j << 2);
    v128.store(to, s0);
    v128.store(to, s1, 16);
    v128.store(to, s2, 32);
    v128.store(to, s3, 48);
  }
  for (; j < j1; j++) {
    let s = start(kernel);
    let from = x + (<usize>j << 2);
    for (let i = 0; i < r; i++, from += step) s = foldOne(kernel, s, load<f32>(from));
    store<f32>(out + (<usize>j << 2), s);
  }
}

@inline
function foldAll(kernel: i32, begin: i32, end: i32, x: usize, out: usize, outer: i32, r: i32, inner: i32): void {
  if (inner == 1) {
    for (let i = begin; i < end; i++) store<f32>(out + (<usize>i << 2), foldRow(kernel, x + (<usize>i * <usize>r << 2), r));
  } else if (outer == 1) {
    foldColumns(kernel, x, r, inner, begin, end, out);
  } else {
    for (let i = <usize>begin; i < <usize>end; i++) {
      foldColumns(kernel, x + (i * <usize>r * <usize>inner << 2), r, inner, 0, inner, out + (i * <usize>inner << 2));
    }
  }
}

/** f32. The part is a range of outer slices; of columns when `outer` is 1 and `inner` is not. */
export function reduce(begin: i32, end: i32, _scratch: usize, kernel: i32, x: usize, out: usize, outer: i32, r: i32, inner: i32): void {
  switch (kernel) {
    case SUM: foldAll(SUM, begin, end, x, out, outer, r, inner); break;
    case MAX: foldAll(MAX, begin, end, x, out, outer, r, inner); break;
    default: foldAll(2, begin, end, x, out, outer, r, inner); break;
  }
}

/** i32, or bool (`width` 1) whose true values are counted. */
export function reduceInteger(begin: i32, end: i32, _scratch: usize, kernel: i32, x: usize, out: usize, r: i32, inner: i32, width: i32): void {
  for (let i = begin; i < end; i++) {
    for (let j = 0; j < inner; j++) {
      let total = kernel == SUM ? 0 : kernel == MAX ? i32.MIN_VALUE : i32.MAX_VALUE;
      for (let k = 0; k < r; k++) {
        const place = <usize>((i * r + k) * inner + j);
        const value = width == 1 ? <i32>load<u8>(x + place) : load<i32>(x + (place << 2));
        total = kernel == SUM ? total + value : kernel == MAX ? max(total, value) : min(total, value);
      }
      store<i32>(out + (<usize>(i * inner + j) << 2), total);
    }
  }
}

@inline
function argmaxOf<T>(x: usize, r: i32, inner: i32): i32 {
  let best = 0;
  let largest = load<T>(x);
  for (let k = 1; k < r; k++) {
    const value = load<T>(x + <usize>(k * inner) * sizeof<T>());
    // NaN is larger than all numbers, so that the first one counts.
    if (isFloat<T>() ? !(value <= largest) && largest == largest : value > largest) {
      largest = value;
      best = k;
    }
  }
  return best;
}

/** The first largest along the middle axis, for outer slices `begin` … `end` − 1, of f32 (0), i32 (1) or bool (2). */
export function argmax(begin: i32, end: i32, _scratch: usize, dtype: i32, x: usize, out: usize, r: i32, inner: i32): void {
  for (let i = begin; i < end; i++) {
    for (let j = 0; j < inner; j++) {
      const place = <usize>(i * r * inner + j);
      const best = dtype == 0
        ? argmaxOf<f32>(x + (place << 2), r, inner)
        : dtype == 1 ? argmaxOf<i32>(x + (place << 2), r, inner) : argmaxOf<u8>(x + place, r, inner);
      store<i32>(out + (<usize>(i * inner + j) << 2), best);
    }
  }
}
