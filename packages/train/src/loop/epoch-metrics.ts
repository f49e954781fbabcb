import { type Extension, UnknownNameError } from "@heed/core";
import { ConfigError } from "../config/config-error.js";
import type { BestMetric } from "./fit.js";

/** What a training measures after each epoch. */
export interface EpochMetrics {
  /** Decides which epoch is best. */
  readonly best: BestMetric;
  /** The metrics that translations of the validation set are needed for. */
  readonly names: readonly string[];
}

/**
 * Finds the metrics that a configuration names.
 *
 * @param plugins - metrics besides the built-in ones
 * @throws ConfigError naming each unknown metric
 */
export async function epochMetrics(
  { bestMetric, validationMetrics }: { readonly bestMetric: string; readonly validationMetrics: readonly string[] },
  plugins: readonly Extension[] | undefined,
): Promise<EpochMetrics> {
  const isMeasuredAnyway = bestMetric === "loss" || bestMetric === "accuracy";
  const names = [...new Set(isMeasuredAnyway ? validationMetrics : [bestMetric, ...validationMetrics])];
  const best = { name: bestMetric, higherIsBetter: bestMetric === "accuracy" };
  if (names.length === 0) return { best, names };
  const { metricsOf } = await import("@heed/metrics");
  const registry = metricsOf(plugins);
  const find = (path: string, name: string) => {
    try {
      return registry.get(name);
    } catch (error) {
      if (!(error instanceof UnknownNameError)) throw error;
      const isBest = path === "training.bestMetric";
      const message =
        !isBest && (name === "loss" || name === "accuracy")
          ? `must not name ${name}, which is measured after each epoch anyway. Leave it out.`
          : `${error.message}${isBest ? " Or use loss or accuracy." : ""}`;
      throw new ConfigError([{ path, message: `${path}: ${message}` }], { cause: error });
    }
  };
  for (const name of validationMetrics) find("training.validationMetrics", name);
  if (isMeasuredAnyway) return { best, names };
  return { best: { name: bestMetric, higherIsBetter: find("training.bestMetric", bestMetric).higherIsBetter }, names };
}
