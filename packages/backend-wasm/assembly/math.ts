/**
 * Elementary functions of four floats at a time. Largest errors over all f32 values are stated in units in the last
 * place and tested. Infinities, NaN and subnormal numbers come out as IEEE 754 would have it.
 *
 * Constants are read from memory: the engine would build a constant vector anew at each use, which costs far more.
 */
import { expModerate } from "./recurrent-math";
import { madd, nmadd } from "./simd";

/** Four times the number at an address. */
@inline
function at(address: usize, index: i32 = 0): v128 {
  return v128.load32_splat(address + <usize>index * 4);
}

const ZERO: usize = memory.data<f32>([0]);
const ONE: usize = memory.data<f32>([1]);
const HALF: usize = memory.data<f32>([0.5]);
const SIGN_BIT: usize = memory.data<i32>([i32.MIN_VALUE]);

const LOG2_E: usize = memory.data<f32>([1.44269504]);
/** 1.5 · 2²³: adding it rounds to an integer, which then stands in the lower bits. */
const ROUND: usize = memory.data<f32>([12582912]);
const ROUND_BITS: usize = memory.data<i32>([0x4b400000]);
const EXPONENT_BIAS: usize = memory.data<i32>([127]);
/** ln 2 in two parts, the first of which has few enough bits for exact multiples. */
const LN_2: usize = memory.data<f32>([0.693359375, -2.1219444e-4]);
const EXP_LIMITS: usize = memory.data<f32>([89, -105]);
/** (e^r − 1 − r) / r² for |r| ≤ ½ ln 2 (Cephes, expf). */
const EXP: usize = memory.data<f32>([1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1]);

/** eˣ for −105 ≤ x ≤ 89: 2ⁿ · e^r with |r| ≤ ½ ln 2. */
@inline
function expWithin(x: v128): v128 {
  const shifted = madd(x, at(LOG2_E), at(ROUND));
  const n = f32x4.sub(shifted, at(ROUND));
  const r = nmadd(n, at(LN_2, 1), nmadd(n, at(LN_2), x));
  let p = madd(at(EXP), r, at(EXP, 1));
  p = madd(p, r, at(EXP, 2));
  p = madd(p, r, at(EXP, 3));
  p = madd(p, r, at(EXP, 4));
  p = madd(p, r, at(EXP, 5));
  p = f32x4.add(madd(f32x4.mul(r, r), p, r), at(ONE));
  // In two halves, so that results beyond the range of normal numbers round only once.
  const exponent = i32x4.sub(shifted, at(ROUND_BITS));
  const half = i32x4.shr_s(exponent, 1);
  const rest = i32x4.sub(exponent, half);
  p = f32x4.mul(p, i32x4.shl(i32x4.add(half, at(EXPONENT_BIAS)), 23));
  return f32x4.mul(p, i32x4.shl(i32x4.add(rest, at(EXPONENT_BIAS)), 23));
}

/** eˣ, to 1 ulp. */
@inline
export function exp(x: v128): v128 {
  // The order of the arguments lets NaN through.
  return expWithin(f32x4.pmax(f32x4.pmin(x, at(EXP_LIMITS)), at(EXP_LIMITS, 1)));
}

/** eˣ for x ≤ 0. */
@inline
export function expNegative(x: v128): v128 {
  return expWithin(f32x4.pmax(x, at(EXP_LIMITS, 1)));
}

/** 1 / (1 + e⁻ˣ), to 3 ulp. The exponential is that of −|x|, so that it never overflows. */
@inline
export function sigmoid(x: v128): v128 {
  const e = expNegative(v128.or(x, at(SIGN_BIT)));
  const negative = f32x4.lt(x, at(ZERO));
  return f32x4.div(v128.bitselect(e, at(ONE), negative), f32x4.add(at(ONE), e));
}

const TANH_LIMIT: usize = memory.data<f32>([40]);
const TANH_SMALL: usize = memory.data<f32>([0.625]);
const MINUS_TWO: usize = memory.data<f32>([-2]);
/** (tanh(x) − x) / x³ in x² for |x| < 0.625 (Cephes, tanhf). */
const TANH: usize = memory.data<f32>([-5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1]);

/** tanh x, to 2 ulp; a polynomial near 0, and 1 − 2 / (1 + e²ˣ) further out: exactly ±1 from |x| = 9.02 on, so that the gradient 1 − y² is exactly 0 there. */
@inline
export function tanh(x: v128): v128 {
  const s = f32x4.mul(x, x);
  let p = madd(at(TANH), s, at(TANH, 1));
  p = madd(p, s, at(TANH, 2));
  p = madd(p, s, at(TANH, 3));
  p = madd(p, s, at(TANH, 4));
  const near = madd(f32x4.mul(p, s), x, x);
  const size = f32x4.abs(x);
  // The order of the arguments lets NaN through.
  const c = f32x4.pmin(size, at(TANH_LIMIT));
  const e = expModerate(f32x4.add(c, c));
  const far = f32x4.add(f32x4.div(at(MINUS_TWO), f32x4.add(e, at(ONE))), at(ONE));
  const y = v128.bitselect(near, far, f32x4.lt(size, at(TANH_SMALL)));
  return v128.or(y, v128.and(x, at(SIGN_BIT)));
}

const SMALLEST_NORMAL: usize = memory.data<f32>([1.1754943508222875e-38]);
const TWO_23: usize = memory.data<f32>([8388608]);
const SHIFT: usize = memory.data<i32>([23]);
const ROOT_HALF_BITS: usize = memory.data<i32>([0x3f3504f3]);
const FRACTION_BITS: usize = memory.data<i32>([0x007fffff]);
const MINUS_INFINITY_BITS: usize = memory.data<i32>([0xff800000]);
const INFINITY_BITS: usize = memory.data<i32>([0x7f800000]);
const NAN_BITS: usize = memory.data<i32>([0x7fc00000]);
/** (ln(1 + f) − f + f² / 2) / f³ for √½ − 1 ≤ f < √2 − 1 (Cephes, logf). */
const LOG: usize = memory.data<f32>([7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1]);

/** ln x, to 1 ulp; −∞ at 0, NaN below. */
@inline
export function log(x: v128): v128 {
  const tiny = f32x4.lt(x, at(SMALLEST_NORMAL));
  const scaled = v128.bitselect(f32x4.mul(x, at(TWO_23)), x, tiny);
  // x = 2ᵉ · m with m in [√½, √2).
  const bits = i32x4.sub(scaled, at(ROOT_HALF_BITS));
  const e = i32x4.sub(i32x4.shr_s(bits, 23), v128.and(tiny, at(SHIFT)));
  const m = i32x4.add(v128.and(bits, at(FRACTION_BITS)), at(ROOT_HALF_BITS));
  const n = f32x4.convert_i32x4_s(e);
  const f = f32x4.sub(m, at(ONE));
  const z = f32x4.mul(f, f);
  let p = madd(at(LOG), f, at(LOG, 1));
  p = madd(p, f, at(LOG, 2));
  p = madd(p, f, at(LOG, 3));
  p = madd(p, f, at(LOG, 4));
  p = madd(p, f, at(LOG, 5));
  p = madd(p, f, at(LOG, 6));
  p = madd(p, f, at(LOG, 7));
  p = madd(p, f, at(LOG, 8));
  let y = madd(n, at(LN_2, 1), f32x4.mul(f32x4.mul(f, z), p));
  y = nmadd(at(HALF), z, y);
  y = madd(n, at(LN_2), f32x4.add(f, y));
  y = v128.bitselect(at(MINUS_INFINITY_BITS), y, f32x4.eq(x, at(ZERO)));
  y = v128.bitselect(at(NAN_BITS), y, f32x4.lt(x, at(ZERO)));
  // ∞ and NaN are their own logarithms.
  return v128.bitselect(y, x, f32x4.lt(x, at(INFINITY_BITS)));
}

/** ln(1 + x), to 2 ulp. What rounding 1 + x to u loses is added again as (x − (u − 1)) / u, so that small x keep their digits. */
@inline
export function log1p(x: v128): v128 {
  const u = f32x4.add(x, at(ONE));
  const lost = f32x4.sub(x, f32x4.sub(u, at(ONE)));
  const y = log(u);
  const corrected = f32x4.add(y, f32x4.div(lost, u));
  // At −1, at ∞ and below −1 the logarithm stands alone; where u is 1, x is its own logarithm, and keeps its sign.
  const regular = v128.and(f32x4.gt(u, at(ZERO)), f32x4.lt(u, at(INFINITY_BITS)));
  return v128.bitselect(x, v128.bitselect(corrected, y, regular), f32x4.eq(u, at(ONE)));
}

const ERF_SPLIT: usize = memory.data<f32>([0.927734375, 4.2]);
const ERF_NEAR: usize = memory.data<f32>([-5.96761703e-4, 4.99119423e-3, -2.67681349e-2, 1.12819925e-1, -3.76125336e-1, 1.28379166e-1]);
const ERF_FAR: usize = memory.data<f32>([-1.7285347e-5, 3.83197126e-4, -3.88396438e-3, 2.42546219e-2, -1.06777877e-1, -6.34846687e-1, -1.28717512e-1]);

/** erf x, to 1 ulp: a polynomial near 0, and 1 − e^p(|x|) further out. */
@inline
export function erf(x: v128): v128 {
  const t = f32x4.abs(x);
  const s = f32x4.mul(x, x);
  let near = madd(at(ERF_NEAR), s, at(ERF_NEAR, 1));
  near = madd(near, s, at(ERF_NEAR, 2));
  near = madd(near, s, at(ERF_NEAR, 3));
  near = madd(near, s, at(ERF_NEAR, 4));
  near = madd(near, s, at(ERF_NEAR, 5));
  near = madd(near, x, x);
  // Beyond 4.2 the result is 1; without the cut, ∞ would meet −∞.
  const c = f32x4.pmin(t, at(ERF_SPLIT, 1));
  let far = madd(madd(at(ERF_FAR), c, at(ERF_FAR, 1)), f32x4.mul(c, c), madd(at(ERF_FAR, 2), c, at(ERF_FAR, 3)));
  far = madd(far, c, at(ERF_FAR, 4));
  far = madd(far, c, at(ERF_FAR, 5));
  far = madd(far, c, at(ERF_FAR, 6));
  far = f32x4.sub(at(ONE), expNegative(madd(far, c, f32x4.neg(c))));
  far = v128.or(far, v128.and(x, at(SIGN_BIT)));
  return v128.bitselect(far, near, f32x4.gt(t, at(ERF_SPLIT)));
}
