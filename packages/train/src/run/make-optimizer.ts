import type { Optimizer } from "@heed/nn";
import { Adam, AdamW, SGD } from "@heed/nn";
import type { TrainingConfig } from "@heed/seq2seq";
import type { Parameter } from "@heed/tensor";

/** The optimizer that a configuration names. */
export function makeOptimizer(
  { optimizer, momentum, weightDecay }: TrainingConfig,
  parameters: ReadonlyMap<string, Parameter>,
): Optimizer {
  if (optimizer === "sgd") return new SGD(parameters, { momentum, weightDecay });
  return optimizer === "adam" ? new Adam(parameters, { weightDecay }) : new AdamW(parameters, { weightDecay });
}
