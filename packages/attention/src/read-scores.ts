import { HeedError } from "@heed/core";
import { Tensor } from "@heed/tensor";
import type { Scorer, WindowedScores } from "./scorer.js";

/**
 * Checks the result of a scorer and returns its scores and window; the window is `null` when there is none.
 * @throws HeedError when the result is something else
 */
export function readScores(
  { name }: Scorer,
  scored: Tensor | WindowedScores,
): { readonly scores: Tensor; readonly window: Tensor | null } {
  if (scored instanceof Tensor) return { scores: scored, window: null };
  if (scored?.scores instanceof Tensor && scored.window instanceof Tensor) {
    if (scored.window.dtype === "bool") return scored;
    throw new HeedError(`scorer ${name}: the window must be bool (true = may attend), got ${scored.window.dtype}.`);
  }
  const got = scored instanceof Promise ? "a promise" : scored === null ? "null" : `something else (${typeof scored})`;
  throw new HeedError(
    `scorer ${name}: score must return a tensor, or { scores, window } of two tensors, got ${got}. Tensors must come from the same copy of @heed/tensor.`,
  );
}
