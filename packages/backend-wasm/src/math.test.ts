import { setFlagsFromString } from "node:v8";
import { describe, expect, test } from "vitest";
import { createWasm } from "./wasm.js";

// Compiled for speed at the first call: in a hurry, the engine compiles to something else, which nobody waits for.
setFlagsFromString("--no-liftoff");

/** Largest errors that the kernels promise, in units in the last place. */
const promised = [
  ["exp", Math.exp, 1],
  ["log", Math.log, 1],
  ["log1p", Math.log1p, 2],
  ["sin", Math.sin, 1],
  ["cos", Math.cos, 1],
  ["floor", Math.floor, 0],
  ["round", roundHalfToEven, 0],
  ["tanh", Math.tanh, 2],
  ["sigmoid", (x: number) => 1 / (1 + Math.exp(-x)), 3],
  ["erf", erf, 1],
] as const;

const special = [0, -0, 1e-45, -1e-45, 1e-40, -1e-40, 1.1754944e-38, 3.4028235e38, -3.4028235e38];
const endless = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN];

/** Numbers from the whole range of f32: every 4,099th bit pattern, and what is special. */
function everywhere(): Float32Array {
  const patterns = Uint32Array.from({ length: Math.floor(2 ** 32 / 4_099) }, (_, index) => index * 4_099);
  const values = new Float32Array(patterns.length + special.length + endless.length);
  values.set(new Float32Array(patterns.buffer));
  values.set([...special, ...endless], patterns.length);
  return values;
}

/** Distance between a result and the exact value, in units in the last place of the latter. */
function unitsOff(result: number, exact: number): number {
  const rounded = Math.fround(exact);
  if (Object.is(result, rounded) || result === rounded) return 0;
  if (Number.isNaN(rounded) || !Number.isFinite(rounded) || !Number.isFinite(result)) return Number.POSITIVE_INFINITY;
  const exponent = Math.max(-126, Math.floor(Math.log2(Math.abs(exact))));
  return Math.abs(result - exact) / 2 ** (exponent - 23);
}

/** The nearest whole number; of two, the even one. */
function roundHalfToEven(x: number): number {
  const below = Math.floor(x);
  if (x - below !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}

/** The error function in f64: Taylor near 0, the continued fraction further out. */
function erf(x: number): number {
  const size = Math.abs(x);
  if (!(size <= 6)) return Math.sign(x);
  const scale = Math.exp(-x * x) / Math.sqrt(Math.PI);
  if (size < 2) {
    let term = 2 * x;
    let sum = term;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
    }
    return scale * sum;
  }
  let fraction = size;
  for (let n = 40; n >= 1; n--) fraction = size + n / 2 / fraction;
  return Math.sign(x) * (1 - scale / fraction);
}

describe.each(["128", "256"] as const)("elementary functions in %s-bit kernels", (simd) => {
  test.each(promised)("%s is within the promised error everywhere", async (name, define, limit) => {
    const { backend } = await createWasm({ simd, threads: 1 });
    const values = everywhere();
    const x = { buffer: backend.upload(values, "f32"), shape: [values.length], dtype: "f32" } as const;
    const results = backend.downloadSync!(backend.unary(name, x));
    let worst = 0;
    let at = 0;
    for (let i = 0; i < values.length; i++) {
      const off = unitsOff(results[i]!, define(values[i]!));
      if (!(off <= worst)) [worst, at] = [off, values[i]!];
    }
    expect(worst, `at ${at}`).toBeLessThanOrEqual(limit);
  });
});
