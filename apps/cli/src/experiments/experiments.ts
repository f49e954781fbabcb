import type { AnyExperiment } from "./experiment.js";
import { grid } from "./grid.js";
import { length } from "./length.js";
import { repetition } from "./repetition.js";
import type { ExperimentName } from "./summaries.js";

/** What `heed experiment` can be given. */
export const experiments: Readonly<Record<ExperimentName, AnyExperiment>> = { length, grid, repetition };
