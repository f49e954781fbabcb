import { HeedError } from "@heed/core";
import { Tensor } from "@heed/tensor";
import type { Scorer, WindowedScores } from "./scorer.js";

/**
 * What a scorer returned: its scores and their window, `null` where they have none.
 * @throws HeedError when it returned something else
 */
export function readScores(
  { name }: Scorer,
  scored: Tensor | WindowedScores,
): { readonly scores: Tensor; readonly window: Tensor | null } {
  if (scored instanceof Tensor) return { scores: scored, window: null };
  if (scored?.scores instanceof Tensor && scored.window instanceof Tensor) {
    if (scored.window.dtype === "bool") return scored;
    throw new HeedError(`scorer ${name}: the window is ${scored.window.dtype} instead of bool; true = may attend.`);
  }
  const came = scored instanceof Promise ? "a promise" : scored === null ? "null" : `something else (${typeof scored})`;
  throw new HeedError(
    `scorer ${name}: score must return a tensor, or { scores, window } of two, but returned ${came}; tensors must come from the same copy of @heed/tensor.`,
  );
}
