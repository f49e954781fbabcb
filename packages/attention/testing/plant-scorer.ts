import { add, arange, cast, matmul, mul, sqrt, sum, type Tensor } from "@heed/tensor";
import type { Check } from "@heed/tensor/testing";
import type { Scorer } from "../src/scorer.js";
import { dot } from "../src/scorers/dot.js";
import { scorerChecks } from "../src/testing/index.js";

/** Checks of the first sample alone. */
export const checksOf = (scorer: Scorer): Check[] => scorerChecks({ ...scorer, samples: scorer.samples?.slice(0, 1) });

/** s · h. */
export const plain = (query: Tensor, keys: Tensor): Tensor => matmul(query, keys, { transposeB: true });
/** 0, 1, 2, … */
export const steps = (count: number): Tensor => cast(arange(0, count), { dtype: "f32" });
/** √(Σ x² + eps) over the last axis. */
export const norm = (x: Tensor, eps = 0): Tensor => sqrt(add(sum(mul(x, x), { axis: -1, keepDims: true }), eps));
/** The scores of `dot`, changed. */
export const changed = (change: (scores: Tensor, query: Tensor, keys: Tensor) => Tensor): Scorer => ({
  ...dot,
  score: (_, query, keys) => change(plain(query, keys), query, keys),
});
/** A window on the scores of `dot`. */
export const windowed = (window: (at: { query: Tensor; key: Tensor; lengths: Tensor }) => Tensor): Scorer => ({
  ...dot,
  positional: true,
  score: (_, query, keys, { positions }) => ({ scores: plain(query, keys), window: window(positions) }),
});
/** The first element. */
export const scalarOf = (x: Tensor): number => x.dataSync()[0]!;

/** Names of the checks. */
export const finite = "the scores are finite, [b, q, k]";
export const use = "every parameter counts";
export const gradients = "gradients agree with central differences";
export const permutation = "permuting the keys permutes the scores";
export const influence = "a score depends on its own query and key alone";
export const masked = "masked keys never matter";
export const padding = "padding never matters";
export const radius = "a window reaches `radius` steps";
export const sums = "weights sum to 1";
export const empty = "nothing to attend gives 0, and no gradient";
export const zeros = "zeros give no NaN";
export const extremes = "large and tiny values give no NaN";
export const oneByOne = "one query at a time equals all at once";
export const alone = "calls and sentences do not affect each other";
export const remembered = "the memory is [b, 1, k], and calls do not affect each other";
export const roundTrip = "saving and loading changes nothing";
export const leaks = "nothing leaks";
