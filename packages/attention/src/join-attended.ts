import { concat, type Tensor } from "@heed/tensor";
import type { Attended } from "./attended.js";

/** What attention found query by query, as if the queries had come at once: steps `[b, 1, …]` make one `[b, q, …]`. */
export function joinAttended(steps: readonly Attended[]): Attended {
  const joined = (part: (step: Attended) => Tensor, axis: number): Tensor => concat(steps.map(part), { axis });
  const last = steps.at(-1)!;
  return {
    context: joined(({ context }) => context, 1), // b q dv
    weights: joined(({ weights }) => weights, 1), // b q k
    heads: last.heads && joined(({ heads }) => heads!, 2), // b h q k
    state: last.state,
  };
}
