/** Functions of two tensors, with broadcasting. Each works on rows `begin` … `end` − 1 of the result, `n` long. */
import { rowOffset } from "./strides";

const ADD: i32 = 0;
const SUB: i32 = 1;
const MUL: i32 = 2;
const DIV: i32 = 3;
const MAXIMUM: i32 = 4;
const MINIMUM: i32 = 5;
const POW: i32 = 6;
const EQUAL: i32 = 0;
const NOT_EQUAL: i32 = 1;
const LESS: i32 = 2;
const LESS_EQUAL: i32 = 3;
const GREATER: i32 = 4;
const GREATER_EQUAL: i32 = 5;

@inline
function apply(kernel: i32, a: v128, b: v128): v128 {
  if (kernel == ADD) return f32x4.add(a, b);
  if (kernel == SUB) return f32x4.sub(a, b);
  if (kernel == MUL) return f32x4.mul(a, b);
  if (kernel == DIV) return f32x4.div(a, b);
  if (kernel == MAXIMUM) return f32x4.max(a, b);
  return f32x4.min(a, b);
}

/** The next four floats of an operand, or its only one four times. */
@inline
function next(step: i32, x: usize, offset: usize): v128 {
  return step ? v128.load(x + offset) : v128.load32_splat(x);
}

@inline
function scalar(kernel: i32, a: f32, b: f32): f32 {
  if (kernel == ADD) return a + b;
  if (kernel == SUB) return a - b;
  if (kernel == MUL) return a * b;
  if (kernel == DIV) return a / b;
  if (kernel == MAXIMUM) return max(a, b);
  return min(a, b);
}

@inline
function row(kernel: i32, stepA: i32, stepB: i32, a: usize, b: usize, out: usize, n: i32): void {
  const pairs = out + (<usize>(n & ~7) << 2);
  const end = out + (<usize>n << 2);
  for (; out < pairs; out += 32) {
    const y0 = apply(kernel, next(stepA, a, 0), next(stepB, b, 0));
    const y1 = apply(kernel, next(stepA, a, 16), next(stepB, b, 16));
    v128.store(out, y0);
    v128.store(out, y1, 16);
    if (stepA) a += 32;
    if (stepB) b += 32;
  }
  for (; out < end; out += 4) {
    store<f32>(out, scalar(kernel, load<f32>(a), load<f32>(b)));
    if (stepA) a += 4;
    if (stepB) b += 4;
  }
}

@inline
function rowOfSteps(kernel: i32, stepA: i32, stepB: i32, a: usize, b: usize, out: usize, n: i32): void {
  if (stepA && stepB) row(kernel, 1, 1, a, b, out, n);
  else if (stepA) row(kernel, 1, 0, a, b, out, n);
  else row(kernel, 0, 1, a, b, out, n);
}

/** f32. `total` elements in all: the last row may be shorter. Neighbours lie `stepA` and `stepB` (0 or 1) apart. */
export function binary(
  begin: i32, end: i32, _scratch: usize, kernel: i32, a: usize, b: usize, out: usize,
  n: i32, total: i32, stepA: i32, stepB: i32, rank: i32, axes: usize,
): void {
  for (let i = begin; i < end; i++) {
    const x = a + rowOffset(i, rank, axes, 0);
    const y = b + rowOffset(i, rank, axes, 1);
    const z = out + (<usize>i * <usize>n << 2);
    const length = min(n, total - i * n);
    switch (kernel) {
      case ADD: rowOfSteps(ADD, stepA, stepB, x, y, z, length); break;
      case SUB: rowOfSteps(SUB, stepA, stepB, x, y, z, length); break;
      case MUL: rowOfSteps(MUL, stepA, stepB, x, y, z, length); break;
      case DIV: rowOfSteps(DIV, stepA, stepB, x, y, z, length); break;
      case MAXIMUM: rowOfSteps(MAXIMUM, stepA, stepB, x, y, z, length); break;
      case MINIMUM: rowOfSteps(MINIMUM, stepA, stepB, x, y, z, length); break;
      case POW: powRow(x, y, z, length, stepA, stepB); break;
    }
  }
}

function powRow(a: usize, b: usize, out: usize, n: i32, stepA: i32, stepB: i32): void {
  for (let i = 0; i < n; i++) {
    const x = load<f32>(a + (<usize>(i * stepA) << 2));
    const y = load<f32>(b + (<usize>(i * stepB) << 2));
    store<f32>(out + (<usize>i << 2), y == 2 ? x * x : y == 0.5 ? sqrtLikePow(x) : power(x, y));
  }
}

/** Unlike JavaScript's, 1 to any power is 1, and so is −1 to the power of ±∞. */
@inline
function power(x: f32, y: f32): f32 {
  return x == 1 || (x == -1 && abs(y) == Infinity) ? 1 : Mathf.pow(x, y);
}

/** x^½: unlike the square root, −∞ gives ∞ and −0 gives 0. */
@inline
function sqrtLikePow(x: f32): f32 {
  return x == -Infinity ? f32(Infinity) : sqrt<f32>(x + 0);
}

export function binaryInteger(
  begin: i32, end: i32, _scratch: usize, kernel: i32, a: usize, b: usize, out: usize,
  n: i32, total: i32, stepA: i32, stepB: i32, rank: i32, axes: usize,
): void {
  for (let i = begin; i < end; i++) {
    const x = a + rowOffset(i, rank, axes, 0);
    const y = b + rowOffset(i, rank, axes, 1);
    const z = out + (<usize>i * <usize>n << 2);
    const length = min(n, total - i * n);
    for (let j = 0; j < length; j++) {
      const p = load<i32>(x + (<usize>(j * stepA) << 2));
      const q = load<i32>(y + (<usize>(j * stepB) << 2));
      store<i32>(z + (<usize>j << 2), integer(kernel, p, q));
    }
  }
}

function integer(kernel: i32, a: i32, b: i32): i32 {
  switch (kernel) {
    case ADD: return a + b;
    case SUB: return a - b;
    case MUL: return a * b;
    // By 0 it gives 0, and the one quotient that does not fit wraps.
    case DIV: return b == 0 ? 0 : b == -1 ? -a : a / b;
    case MAXIMUM: return max(a, b);
    case MINIMUM: return min(a, b);
    default: return <i32><i64>NativeMath.pow(<f64>a, <f64>b);
  }
}

@inline
function holds<T>(kernel: i32, a: T, b: T): u8 {
  switch (kernel) {
    case EQUAL: return u8(a == b);
    case NOT_EQUAL: return u8(a != b);
    case LESS: return u8(a < b);
    case LESS_EQUAL: return u8(a <= b);
    case GREATER: return u8(a > b);
    default: return u8(a >= b);
  }
}

@inline
function compareRow<T>(kernel: i32, a: usize, b: usize, out: usize, n: i32, stepA: usize, stepB: usize): void {
  for (let i: usize = 0; i < <usize>n; i++) {
    store<u8>(out + i, holds<T>(kernel, load<T>(a + i * stepA * sizeof<T>()), load<T>(b + i * stepB * sizeof<T>())));
  }
}

/** Comparisons of f32 (dtype 0), i32 (1) and bool (2). */
export function compare(
  begin: i32, end: i32, _scratch: usize, kernel: i32, a: usize, b: usize, out: usize,
  n: i32, total: i32, stepA: i32, stepB: i32, rank: i32, axes: usize, dtype: i32,
): void {
  for (let i = begin; i < end; i++) {
    const x = a + rowOffset(i, rank, axes, 0);
    const y = b + rowOffset(i, rank, axes, 1);
    const z = out + <usize>i * <usize>n;
    const length = min(n, total - i * n);
    if (dtype == 0) compareRow<f32>(kernel, x, y, z, length, stepA, stepB);
    else if (dtype == 1) compareRow<i32>(kernel, x, y, z, length, stepA, stepB);
    else compareRow<u8>(kernel, x, y, z, length, stepA, stepB);
  }
}

/** and (0) and or (1) of bool. */
export function logic(
  begin: i32, end: i32, _scratch: usize, kernel: i32, a: usize, b: usize, out: usize,
  n: i32, total: i32, stepA: i32, stepB: i32, rank: i32, axes: usize,
): void {
  for (let i = begin; i < end; i++) {
    const x = a + rowOffset(i, rank, axes, 0);
    const y = b + rowOffset(i, rank, axes, 1);
    const z = out + <usize>i * <usize>n;
    const length = <usize>min(n, total - i * n);
    for (let j: usize = 0; j < length; j++) {
      const p = load<u8>(x + j * stepA);
      const q = load<u8>(y + j * stepB);
      store<u8>(z + j, kernel == 0 ? p & q : p | q);
    }
  }
}
