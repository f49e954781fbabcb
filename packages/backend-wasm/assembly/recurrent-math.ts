/** Elementary functions for gates and scores, with less to guard against than those of all floats. */
import { madd, nmadd } from "./simd";

const ONE: usize = memory.data<f32>([1]);
const LOG2_E: usize = memory.data<f32>([1.44269504]);
/** 1.5 · 2²³: adding it rounds to an integer, which then stands in the lower bits. */
const ROUND: usize = memory.data<f32>([12582912]);
/** ln 2 in two parts, the first of which has few enough bits for exact multiples. */
const LN_2: usize = memory.data<f32>([0.693359375, -2.1219444e-4]);
/** (e^r − 1 − r) / r² for |r| ≤ ½ ln 2 (Cephes, expf). */
const EXP: usize = memory.data<f32>([1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1]);

/** Four times the number at an address. */
@inline
function at(address: usize, index: i32 = 0): v128 {
  return v128.load32_splat(address + <usize>index * 4);
}

/** eˣ for |x| ≤ 80, to 1 ulp; anything beyond, where results are no longer normal numbers. */
@inline
export function expModerate(x: v128): v128 {
  const shifted = madd(x, at(LOG2_E), at(ROUND));
  const n = f32x4.sub(shifted, at(ROUND));
  const r = nmadd(n, at(LN_2, 1), nmadd(n, at(LN_2), x));
  let p = madd(at(EXP), r, at(EXP, 1));
  p = madd(p, r, at(EXP, 2));
  p = madd(p, r, at(EXP, 3));
  p = madd(p, r, at(EXP, 4));
  p = madd(p, r, at(EXP, 5));
  p = f32x4.add(madd(f32x4.mul(r, r), p, r), at(ONE));
  // The integer lands in the exponent, and what marked it falls off the end.
  return i32x4.add(p, i32x4.shl(shifted, 23));
}

const HALF: usize = memory.data<f32>([0.5]);
const GATE_LIMITS: usize = memory.data<f32>([15.810622, -15.810622]);
/** (sigmoid(x) − ½) / x in x², numerator and denominator: tanh of x / 2 (Eigen, generic_fast_tanh_float), scaled by powers of 2. */
const GATE_P: usize = memory.data<f32>([-1.68503929e-20, 4.88327133e-17, -8.40299984e-14, 2.00089736e-10, 2.32144117e-7, 3.98288721e-5, 1.22338114e-3]);
const GATE_Q: usize = memory.data<f32>([1.87227869e-8, 7.40841915e-6, 5.67108684e-4, 4.89352504e-3]);

/**
 * A sigmoid comes in three parts, so that two of them share a division: sigmoid(x) = ½ + {@link gateNumerator} /
 * {@link gateDenominator}, both of the limited x. To 2e-7, absolute; NaN stays NaN.
 */
@inline
export function gateLimited(x: v128): v128 {
  return f32x4.pmax(f32x4.pmin(x, at(GATE_LIMITS)), at(GATE_LIMITS, 1));
}

@inline
export function gateNumerator(x: v128): v128 {
  const s = f32x4.mul(x, x);
  let p = madd(at(GATE_P), s, at(GATE_P, 1));
  p = madd(p, s, at(GATE_P, 2));
  p = madd(p, s, at(GATE_P, 3));
  p = madd(p, s, at(GATE_P, 4));
  p = madd(p, s, at(GATE_P, 5));
  return f32x4.mul(x, madd(p, s, at(GATE_P, 6)));
}

@inline
export function gateDenominator(x: v128): v128 {
  const s = f32x4.mul(x, x);
  let q = madd(at(GATE_Q), s, at(GATE_Q, 1));
  q = madd(q, s, at(GATE_Q, 2));
  return madd(q, s, at(GATE_Q, 3));
}

/** 1 / (a · b). */
@inline
export function inverseProduct(a: v128, b: v128): v128 {
  return f32x4.div(at(ONE), f32x4.mul(a, b));
}

/** The gate with the given numerator, when `inverse` is the inverse of the product of its denominator and the other one's. */
@inline
export function gate(numerator: v128, other: v128, inverse: v128): v128 {
  return madd(f32x4.mul(numerator, other), inverse, at(HALF));
}

/** The gradient g through a sigmoid with the value y: g · y · (1 − y). */
@inline
export function throughSigmoid(g: v128, y: v128): v128 {
  return f32x4.mul(g, nmadd(y, y, y));
}

/** The gradient g through a hyperbolic tangent with the value y: g · (1 − y²). */
@inline
export function throughTanh(g: v128, y: v128): v128 {
  return f32x4.mul(g, nmadd(y, y, at(ONE)));
}
