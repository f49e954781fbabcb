import type { TrainingConfig } from "@heed/seq2seq";
import type { Parameter } from "@heed/tensor";
import { Adam, AdamW } from "../optimizers/adam.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import { SGD } from "../optimizers/sgd.js";

/** The optimizer that a configuration names. */
export function makeOptimizer(
  { optimizer, momentum, weightDecay }: TrainingConfig,
  parameters: ReadonlyMap<string, Parameter>,
): Optimizer {
  if (optimizer === "sgd") return new SGD(parameters, { momentum, weightDecay });
  return optimizer === "adam" ? new Adam(parameters, { weightDecay }) : new AdamW(parameters, { weightDecay });
}
