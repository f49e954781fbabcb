import { checkOptionKinds, optionRules } from "@heed/core";
import type { AveragedWeights, AverageWeightsOptions } from "./weight-average.js";

const rules = optionRules<{ [K in keyof AverageWeightsOptions]: unknown }>({
  fileSystem: "any",
  "last?": "any",
  "best?": "any",
  "epochs?": "any",
  "name?": "any",
  "out?": "any",
  "plugins?": "any",
});

/**
 * Averages the weights of epochs of a run, which `training.keepCheckpoints` keeps, and writes them as `average.safetensors`
 * into the run folder. `loadRun(folder, { weights: "average" })` loads them. An average often translates better than each of
 * its epochs (Vaswani et al. 2017, section 6.1).
 *
 * Each parameter is the mean over the epochs, added up in f64 in ascending order of epochs, and rounded once: the same files
 * give the same bytes. One file is in memory at a time. Nothing is computed on a backend.
 *
 * @param folder - of the run; training may go on meanwhile
 * @throws RunError when the run keeps fewer epochs, or weights are missing, damaged, not finite, or of different shapes
 * @throws ArgumentError when an option is unknown
 * @example
 * const { epochs } = await averageWeights("runs/multi30k", { fileSystem, last: 10 });
 * const run = await loadRun("runs/multi30k", { fileSystem, weights: "average" });
 */
export async function averageWeights(folder: string, options: AverageWeightsOptions): Promise<AveragedWeights> {
  checkOptionKinds("averageWeights", [], rules, options);
  const { writeAverage } = await import("./weight-average.js");
  return await writeAverage(folder, options);
}
