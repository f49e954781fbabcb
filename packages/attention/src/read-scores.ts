import { HeedError } from "@heed/core";
import { isTensor, type Tensor } from "@heed/tensor";
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
  const got = scored instanceof Promise ? "a promise" : scored === null ? "null" : `something else (${typeof scored})`;
  throw new HeedError(
    `scorer ${name}: score must return a tensor, or { scores, window } of two tensors, got ${got}. Tensors must come from the same copy of @heed/tensor.`,
  );
}
