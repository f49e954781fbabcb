import { Registry } from "@heed/core";
import type { OptimizerExtension } from "./define-optimizer.js";
import { builtInOptimizers } from "./optimizers/index.js";

/**
 * Returns the optimizer with a name.
 *
 * @param extra - optimizers besides the built-in ones
 * @throws UnknownNameError when there is none; the message suggests a similar name and lists all names
 * @throws HeedError when two optimizers have the same name
 * @example
 * const optimizer = findOptimizer("adam").create(model.parameters(), { eps: 1e-6 });
 */
export function findOptimizer(name: string, extra: readonly OptimizerExtension[] = []): OptimizerExtension {
  return new Registry<OptimizerExtension>("optimizer", [...builtInOptimizers, ...extra]).get(name);
}
