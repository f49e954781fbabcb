/** Elementary functions for gates and scores, with less to guard against than those of all floats. */
import { madd, nmadd } from "./simd";

const ONE: usize = memory.data<f32>([1]);
const LOG2_E: usize = memory.data<f32>([1.44269504]);
/** 1.5 · 2²³ + 127: adding it rounds to an integer, which then stands in the lower bits with the bias of an exponent. */
const ROUND: usize = memory.data<f32>([12583039]);
/** ln 2 in two parts, the first of which has few enough bits for exact multiples. */
const LN_2: usize = memory.data<f32>([0.693359375, -2.1219444e-4]);
/** (e^r − 1 − r) / r² for |r| ≤ ½ ln 2 (Cephes, expf). */
const EXP: usize = memory.data<f32>([1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1]);

/** Four times the number at an address. */
@inline
function at(address: usize, index: i32 = 0): v128 {
  return v128.load32_splat(address + <usize>index * 4);
}

/** eˣ for −88 ≤ x ≤ 89, to 1 ulp; above 88.4 it is ∞. NaN stays NaN. */
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
  // The biased integer becomes the exponent of 2ⁿ, and what marked it falls off the end.
  return f32x4.mul(p, i32x4.shl(shifted, 23));
}

const GATE_LIMITS: usize = memory.data<f32>([89, -88]);

/** 1 / (1 + e⁻ˣ), to 2 ulp; exactly 1 far above 0, exactly 0 below −88.4, where it would be no normal number. NaN stays NaN. */
@inline
export function gate(x: v128): v128 {
  const e = expModerate(f32x4.pmax(f32x4.pmin(f32x4.neg(x), at(GATE_LIMITS)), at(GATE_LIMITS, 1)));
  return f32x4.div(at(ONE), f32x4.add(at(ONE), e));
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
