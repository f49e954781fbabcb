import type { HelperFunction } from "./gpu-js.js";

type Kind = "Integer" | "Number";

function helper(source: string, argumentTypes: Readonly<Record<string, Kind>>, returnType: Kind): HelperFunction {
  return { source, settings: { argumentTypes, returnType } };
}

const integers = (...names: readonly string[]): Record<string, Kind> =>
  Object.fromEntries(names.map((name) => [name, "Integer" as const]));
const numbers = (...names: readonly string[]): Record<string, Kind> =>
  Object.fromEntries(names.map((name) => [name, "Number" as const]));

/**
 * What kernels call. Variables of the kernel language are f32, exact up to 2²⁴ only; what takes and returns integers
 * stays in 32-bit integers, so that places in large tensors are worked out exactly.
 */
const helpers: Readonly<Record<string, HelperFunction>> = {
  /** ⌊i / d⌋ through f32, which may be off by some. */
  estimate: helper("function estimate(i, d) { return Math.floor(i / d); }", integers("i", "d"), "Integer"),
  /** ⌊r / d⌋ where |r / d| is small: half a step away from where rounding could err. */
  correction: helper("function correction(r, d) { return Math.floor((r + 0.5) / d); }", integers("r", "d"), "Integer"),
  /** ⌊i / d⌋, exact for 0 ≤ i < 2³¹, d > 0. */
  quotient: helper(
    "function quotient(i, d) { return estimate(i, d) + correction(i - estimate(i, d) * d, d); }",
    integers("i", "d"),
    "Integer",
  ),
  /** i mod d, exact as the quotient, which it cannot call: in GLSL, gpu.js would put that one before those that it calls. */
  remainder: helper(
    `function remainder(i, d) {
      return i - (estimate(i, d) + correction(i - estimate(i, d) * d, d)) * d;
    }`,
    integers("i", "d"),
    "Integer",
  ),
  /** The place of a row's element. */
  at: helper(
    "function at(row, width, column) { return row * width + column; }",
    integers("row", "width", "column"),
    "Integer",
  ),
  /** The place of an element in one of several matrices. */
  inMatrix: helper(
    "function inMatrix(matrix, step, row, width, column) { return matrix * step + row * width + column; }",
    integers("matrix", "step", "row", "width", "column"),
    "Integer",
  ),
  /** The lowest 16 bits of a whole number. */
  modulo16: helper(
    "function modulo16(x) { return x - Math.floor(x * 0.0000152587890625) * 65536.0; }",
    numbers("x"),
    "Number",
  ),
  /** Of two numbers of 16 bits. */
  exclusiveOr: helper("function exclusiveOr(a, b) { return a ^ b; }", integers("a", "b"), "Integer"),
  /** tanh by its series near 0, and without overflow elsewhere. */
  squash: helper(
    `function squash(x) {
      const size = Math.abs(x);
      const square = x * x;
      if (size < 0.25) {
        return x * (1.0 - square * (0.33333333 - square * (0.13333333 - square * (0.053968254 - square * 0.021869489))));
      }
      const e = Math.exp(-2.0 * size);
      const result = (1.0 - e) / (1.0 + e);
      if (x < 0.0) { return -result; }
      return result;
    }`,
    numbers("x"),
    "Number",
  ),
  /** 1 / (1 + exp(−x)) without overflow. */
  logistic: helper(
    `function logistic(x) {
      const e = Math.exp(-Math.abs(x));
      if (x < 0.0) { return e / (1.0 + e); }
      return 1.0 / (1.0 + e);
    }`,
    numbers("x"),
    "Number",
  ),
  /** erf by its series near 0, else by a Chebyshev fit of erfc with a relative error below 1.2e-7. */
  errorFunction: helper(
    `function errorFunction(x) {
      const z = Math.abs(x);
      const s = x * x;
      if (z < 0.5) {
        return x * (1.1283792 - s * (0.37612639 - s * (0.11283792 - s * (0.026866171 - s * (0.0052239776 - s * 0.00085483270)))));
      }
      const t = 1.0 / (1.0 + 0.5 * z);
      const tail = t * Math.exp(-s - 1.26551223 + t * (1.00002368 + t * (0.37409196 + t * (0.09678418 + t * (-0.18628806
        + t * (0.27886807 + t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277)))))))));
      if (x < 0.0) { return tail - 1.0; }
      return 1.0 - tail;
    }`,
    numbers("x"),
    "Number",
  ),
  /** ln(1 + x) by its series near 0, where rounding 1 + x would lose x. */
  logOfOnePlus: helper(
    `function logOfOnePlus(x) {
      if (Math.abs(x) < 0.1) {
        return x * (1.0 - x * (0.5 - x * (0.33333333 - x * (0.25 - x * (0.2 - x * (0.16666667 - x * (0.14285714 - x * 0.125)))))));
      }
      return Math.log(1.0 + x);
    }`,
    numbers("x"),
    "Number",
  ),
  /** The nearest whole number; of two, the even one. Beyond 2²³ every number is whole. */
  nearestWhole: helper(
    `function nearestWhole(x) {
      const below = Math.floor(x);
      const rest = x - below;
      if (rest < 0.5) { return below; }
      if (rest > 0.5) { return below + 1.0; }
      if (below - 2.0 * Math.floor(below * 0.5) > 0.5) { return below + 1.0; }
      return below;
    }`,
    numbers("x"),
    "Number",
  ),
  /** How many quarter turns lie nearest to x. */
  quarterTurns: helper("function quarterTurns(x) { return Math.floor(x * 0.63661977 + 0.5); }", numbers("x"), "Number"),
  /** x − n · π/2, with π/2 in three parts, whose multiples are exact for n below 2¹². */
  withoutTurns: helper(
    `function withoutTurns(x, n) {
      return ((x - n * 1.5703125) - n * 0.0004837512969970703) - n * 0.000000075497899548918;
    }`,
    numbers("x", "n"),
    "Number",
  ),
  /** The sine of r + turns · π/2 for |r| ≤ π/4, by series. */
  sineFrom: helper(
    `function sineFrom(r, turns) {
      const s = r * r;
      const quadrant = turns - 4.0 * Math.floor(turns * 0.25);
      const sine = r * (1.0 - s * (0.16666667 - s * (0.0083333333 - s * (0.00019841270 - s * 0.0000027557319))));
      const cosine = 1.0 - s * (0.5 - s * (0.041666667 - s * (0.0013888889 - s * (0.000024801587 - s * 0.00000027557319))));
      if (quadrant < 0.5) { return sine; }
      if (quadrant < 1.5) { return cosine; }
      if (quadrant < 2.5) { return -sine; }
      return -cosine;
    }`,
    numbers("r", "turns"),
    "Number",
  ),
  /** sin x, to about 1e-7 for |x| below some thousands; the driver's own may be off by 5e-4. */
  sine: helper(
    "function sine(x) { return sineFrom(withoutTurns(x, quarterTurns(x)), quarterTurns(x)); }",
    numbers("x"),
    "Number",
  ),
  /** cos x, as exact as the sine. */
  cosine: helper(
    "function cosine(x) { return sineFrom(withoutTurns(x, quarterTurns(x)), quarterTurns(x) + 1.0); }",
    numbers("x"),
    "Number",
  ),
  /** aᵇ, also for negative a where b is whole. */
  power: helper(
    `function power(a, b) {
      if (b == 0.0) { return 1.0; }
      if (b == 1.0) { return a; }
      if (b == 2.0) { return a * a; }
      if (a >= 0.0) { return Math.pow(a, b); }
      const half = Math.floor(b * 0.5);
      if (b == Math.floor(b)) {
        if (b - half * 2.0 > 0.5) { return -Math.pow(-a, b); }
        return Math.pow(-a, b);
      }
      return Math.log(a);
    }`,
    numbers("a", "b"),
    "Number",
  ),
};

/** The helpers that a source calls, and those that they call. */
export function helpersFor(source: string): readonly HelperFunction[] {
  const found = new Map<string, HelperFunction>();
  const visit = (text: string): void => {
    for (const [name, entry] of Object.entries(helpers)) {
      if (found.has(name) || !new RegExp(`\\b${name}\\(`).test(text)) continue;
      found.set(name, entry);
      visit(entry.source);
    }
  };
  visit(source);
  return [...found.values()];
}
