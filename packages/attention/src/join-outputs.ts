import { concat, type Tensor } from "@heed/tensor";
import type { AttentionInspection, AttentionOutput } from "./attention-output.js";

/** Joins the results of single queries, `[b, 1, …]` each, into the result of all of them, `[b, q, …]`. */
export function joinOutputs(steps: readonly AttentionOutput[]): AttentionOutput {
  const join = (part: (step: AttentionOutput) => Tensor, axis: number): Tensor => concat(steps.map(part), { axis });
  const last = steps.at(-1)!;
  return {
    context: join(({ context }) => context, 1), // b q dv
    weights: join(({ weights }) => weights, 1), // b q k
    heads: last.heads && join(({ heads }) => heads!, 2), // b h q k
    state: last.state,
    inspection: last.inspection && joinInspections(steps.map(({ inspection }) => inspection!)),
  };
}

function joinInspections(steps: readonly AttentionInspection[]): AttentionInspection {
  const join = (part: (step: AttentionInspection) => Tensor): Tensor => concat(steps.map(part), { axis: -2 });
  const last = steps.at(-1)!;
  return {
    query: join(({ query }) => query),
    keys: last.keys,
    scores: join(({ scores }) => scores),
    // Each step's mask has one query.
    mask: last.mask && join(({ mask }) => mask!),
    weights: join(({ weights }) => weights),
    context: join(({ context }) => context),
  };
}
