import { averageWeights as averageWeightsOn } from "../run/average-weights.js";
import type { AveragedWeights, AverageWeightsOptions } from "../run/weight-average.js";
import { nodeFileSystem } from "./node-file-system.js";

/**
 * `averageWeights` of `@heed/train`, with Node's file system by default.
 *
 * @throws RunError as `averageWeights` of `@heed/train` does
 * @example
 * await averageWeights("runs/multi30k", { last: 10 });
 * const run = await loadRun("runs/multi30k", { weights: "average" });
 */
export function averageWeights(
  folder: string,
  options: Omit<AverageWeightsOptions, "fileSystem"> & Partial<Pick<AverageWeightsOptions, "fileSystem">>,
): Promise<AveragedWeights> {
  return averageWeightsOn(folder, { ...options, fileSystem: options.fileSystem ?? nodeFileSystem });
}
