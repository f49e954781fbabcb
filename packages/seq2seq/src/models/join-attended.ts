import type { Attended } from "@heed/attention";
import { concat, type Tensor } from "@heed/tensor";

/** What attention found step by step, as if the queries had come at once: steps `[b, 1, …]` make one `[b, t, …]`. */
export function joinAttended(steps: readonly Attended[]): Attended {
  const joined = (parts: readonly Tensor[], axis: number): Tensor => concat(parts, { axis });
  const heads = steps.map((step) => step.heads).filter((each) => each !== null);
  return {
    context: joined(
      steps.map(({ context }) => context),
      1,
    ), // b t c
    weights: joined(
      steps.map(({ weights }) => weights),
      1,
    ), // b t s
    heads: heads.length === 0 ? null : joined(heads, 2), // b h t s
    state: steps.at(-1)!.state,
  };
}
