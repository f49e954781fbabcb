// Written by `pnpm generate` from the files of this folder: edit those, then run it again.
import { bleuMetric } from "./bleu-metric.js";
import { chrfMetric } from "./chrf-metric.js";
import { chrfPlusPlusMetric } from "./chrf-plus-plus-metric.js";
import { sequenceAccuracyMetric } from "./sequence-accuracy-metric.js";

/** What stands in this folder, sorted by file name. */
export const builtInMetrics = [bleuMetric, chrfMetric, chrfPlusPlusMetric, sequenceAccuracyMetric] as const;

export { bleuMetric, chrfMetric, chrfPlusPlusMetric, sequenceAccuracyMetric };
