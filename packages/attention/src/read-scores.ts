import { HeedError } from "@heed/core";
import { formatShape, isTensor, ShapeError, sameShape, type Tensor } from "@heed/tensor";
import type { Normalizer } from "./normalizer.js";
import type { Scorer, WindowedScores } from "./scorer.js";

/**
 * Checks the result of a scorer and returns its scores and window; the window is `null` when there is none.
 * @throws HeedError when the result is something else
 */
export function readScores(
  { name }: Scorer,
  scored: Tensor | WindowedScores,
): { readonly scores: Tensor; readonly window: Tensor | null } {
  if (isTensor(scored)) return { scores: scored, window: null };
  if (isTensor(scored?.scores) && isTensor(scored.window)) {
    if (scored.window.dtype === "bool") return scored;
    throw new HeedError(`scorer ${name}: the window must be bool (true = may attend), got ${scored.window.dtype}.`);
  }
  throw new HeedError(
    `scorer ${name}: score must return a tensor, or { scores, window } of two tensors, got ${described(scored)}. Tensors must come from the same copy of @heed/tensor.`,
  );
}

/**
 * Checks the result of a normalizer and returns it.
 *
 * @param shape - of the scores
 * @throws HeedError when the result is not a tensor of this shape
 */
export function readWeights({ name }: Normalizer, weights: Tensor, shape: readonly number[]): Tensor {
  if (!isTensor(weights)) {
    throw new HeedError(`normalizer ${name}: normalize must return a tensor, got ${described(weights)}.`);
  }
  if (sameShape(weights.shape, shape)) return weights;
  throw new ShapeError(
    `normalizer ${name}: normalize must return a weight for each score, ${formatShape(shape)}, got ${formatShape(weights.shape)}.`,
  );
}

/** Describes what a function of an extension returned in place of a tensor. */
export function described(value: unknown): string {
  if (value instanceof Promise) return "a promise";
  return value === null ? "null" : `something else (${typeof value})`;
}
