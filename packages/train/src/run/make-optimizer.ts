import { Adam, AdamW, type Optimizer, SGD } from "@heed/nn";
import type { Parameter } from "@heed/tensor";
import type { TrainingConfig } from "../config/training-schema.js";

const optimizers: Readonly<
  Record<
    TrainingConfig["optimizer"],
    (parameters: ReadonlyMap<string, Parameter>, options: TrainingConfig) => Optimizer
  >
> = {
  adam: (parameters, { betas, eps, weightDecay }) => new Adam(parameters, { betas, eps, weightDecay }),
  adamw: (parameters, { betas, eps, weightDecay }) => new AdamW(parameters, { betas, eps, weightDecay }),
  sgd: (parameters, { momentum, weightDecay }) => new SGD(parameters, { momentum, weightDecay }),
};

/** Builds the optimizer that a configuration names. */
export function makeOptimizer(config: TrainingConfig, parameters: ReadonlyMap<string, Parameter>): Optimizer {
  return optimizers[config.optimizer](parameters, config);
}
