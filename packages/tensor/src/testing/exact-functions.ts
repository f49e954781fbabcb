/** Functions in f64 that JavaScript lacks, right to about 1e-15. */
import { erf } from "../cpu/erf.js";

export { erf };

/** 1 / (1 + e⁻ˣ). */
export function sigmoid(x: number): number {
  const e = Math.exp(-Math.abs(x));
  return (x < 0 ? e : 1) / (1 + e);
}

/** x/2 · (1 + erf(x/√2)). */
export function gelu(x: number): number {
  return (x / 2) * (1 + erf(x * Math.SQRT1_2));
}

/** x/2 · (1 + tanh(√(2/π) (x + 0.044715 x³))). */
export function geluTanh(x: number): number {
  return (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
}

/** ln(1 + eˣ). */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** The nearest whole number; of two, the even one. */
export function roundHalfToEven(x: number): number {
  const below = Math.floor(x);
  if (x - below !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}
