/** Kernels that update parameters, on elements `begin` … `end` − 1. */
import { madd } from "./simd";

@inline
function at(value: f32): v128 {
  return f32x4.splat(value);
}

/**
 * One step of Adam.
 *
 * @param decay - λ, added to the gradient
 * @param shrink - what the parameter is multiplied by first (decoupled decay)
 * @param correction - 1 / √(1 − β₂ᵗ)
 * @param rate - learning rate / (1 − β₁ᵗ)
 */
export function adamStep(
  begin: i32, end: i32, _scratch: usize, p: usize, g: usize, m: usize, v: usize, pOut: usize, mOut: usize, vOut: usize,
  beta1: f32, rest1: f32, beta2: f32, rest2: f32, epsilon: f32, decay: f32, shrink: f32, correction: f32, rate: f32,
): void {
  for (let i = <usize>begin << 2; i < <usize>end << 2; i += 16) {
    const value = v128.load(p + i);
    // Without decay, an infinite parameter does not make the gradient NaN.
    const gradient = decay == 0 ? v128.load(g + i) : madd(value, at(decay), v128.load(g + i));
    const first = madd(v128.load(m + i), at(beta1), f32x4.mul(gradient, at(rest1)));
    const second = madd(v128.load(v + i), at(beta2), f32x4.mul(f32x4.mul(gradient, gradient), at(rest2)));
    const deviation = madd(f32x4.sqrt(second), at(correction), at(epsilon));
    const step = f32x4.mul(f32x4.div(first, deviation), at(rate));
    v128.store(pOut + i, f32x4.sub(f32x4.mul(value, at(shrink)), step));
    v128.store(mOut + i, first);
    v128.store(vOut + i, second);
  }
}

/** start + weight · (end − start) */
export function lerp(
  begin: i32, end: i32, _scratch: usize, start: usize, target: usize, out: usize, weight: f32,
): void {
  for (let i = <usize>begin << 2; i < <usize>end << 2; i += 16) {
    const value = v128.load(start + i);
    v128.store(out + i, madd(f32x4.sub(v128.load(target + i), value), at(weight), value));
  }
}
