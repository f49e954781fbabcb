import { checkOptionKinds } from "@heed/core";
import type { Parameter } from "@heed/tensor";
import { defineOptimizer } from "../define-optimizer.js";
import { Adam, type AdamOptions, adamOptions, adamRules } from "./adam.js";

/**
 * Adam with decoupled weight decay: p ← (1 − lr · λ) p before the step, and the decay stays out of the gradient's means.
 * PyTorch: `torch.optim.AdamW`. Source: Loshchilov and Hutter 2019, algorithm 2.
 *
 * @example
 * const optimizer = new AdamW(model.parameters(), { weightDecay: 0.01 });
 */
export class AdamW extends Adam {
  protected override readonly decoupled = true;

  /** @throws HeedError when an option is unknown, or out of its range */
  constructor(parameters: ReadonlyMap<string, Parameter>, options: AdamOptions = {}) {
    checkOptionKinds("new AdamW", ["parameters"], adamRules, options);
    super(parameters, { ...options, weightDecay: options?.weightDecay ?? 0.01 });
  }
}

/** The definition of the optimizer `adamw`, see {@link AdamW}. */
export const adamw = defineOptimizer<AdamOptions>({
  name: "adamw",
  summary: "adam with weight decay apart from the gradient",
  reference: "Loshchilov and Hutter 2019, arXiv:1711.05101, algorithm 2",
  options: adamOptions(0.01),
  create: (parameters, options) => new AdamW(parameters, options),
});
