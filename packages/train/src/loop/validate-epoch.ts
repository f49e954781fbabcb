import type { Extension } from "@heed/core";
import type { LazyBatches } from "@heed/datasets";
import type { TextSample } from "../data/training-data.js";
import { measureRun } from "../inference/evaluate.js";
import type { Run } from "../run/run.js";
import type { EpochMetrics } from "./epoch-metrics.js";
import type { EpochMeasures } from "./fit.js";
import type { TrainCollective } from "./train-collective.js";
import { validate } from "./validate.js";

/** The validation set of a run, and what is measured on it. */
interface EpochValidation {
  readonly batches: LazyBatches;
  /** The same pairs as text. */
  readonly texts: readonly TextSample[];
  readonly metrics: EpochMetrics;
  /** Number of sentences that are translated at a time. */
  readonly batchSize: number;
  readonly plugins: readonly Extension[] | undefined;
  /** Processes over which the set is shared out. */
  readonly collective: TrainCollective | undefined;
}

/**
 * Measures a run after an epoch: under teacher forcing and, if there are metrics of translations, by greedy search. The values are
 * those of `evaluate`.
 */
export async function validateEpoch(
  run: Run,
  { batches, texts, metrics: { names }, batchSize, plugins, collective }: EpochValidation,
): Promise<EpochMeasures> {
  if (names.length === 0) return await validate(run.model, batches, collective);
  const { loss, tokenAccuracy, metrics } = await measureRun(run, texts, {
    ...{ metrics: names, batchSize, plugins, collective },
  });
  return { loss, accuracy: tokenAccuracy, metrics };
}
