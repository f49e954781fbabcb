import type { ErrorBound } from "@heed/tensor";

/**
 * Errors that exceed those of docs/numerics.md: of what WGSL and GLSL leave to the graphics card, and of what heed calculates
 * from it. WGSL allows exp x an error of 3 + 2 |x| ulp, log x one of 2⁻²¹ between ½ and 2, a quotient 2.5 ulp.
 */
export const errorBounds: Readonly<Record<string, ErrorBound>> = {
  exp: { ulp: 200 },
  log: { ulp: 3, absolute: 5e-7 },
  log1p: { ulp: 4, absolute: 5e-7 },
  sqrt: { ulp: 4 },
  sin: { ulp: 2, absolute: 5e-7, largest: 4000 },
  cos: { ulp: 2, absolute: 5e-7, largest: 4000 },
  tanh: { ulp: 5, absolute: 1e-6 },
  sigmoid: { ulp: 200 },
  erf: { ulp: 4, absolute: 5e-7 },
  gelu: { ulp: 4, absolute: 2e-6 },
  "gelu, tanh": { ulp: 4, absolute: 4e-6 },
  silu: { ulp: 200 },
  softplus: { ulp: 200 },
  div: { ulp: 2.5 },
  pow: { ulp: 1000 },
  "sum of one sign": { ulp: 4 },
  variance: { ulp: 4 },
  std: { ulp: 4 },
  norm: { ulp: 4 },
  logSumExp: { ulp: 4 },
  softmax: { ulp: 200 },
  logSoftmax: { ulp: 16 },
  softmaxCrossEntropy: { ulp: 4 },
  layerNorm: { ulp: 16 },
  rmsNorm: { ulp: 8 },
};
