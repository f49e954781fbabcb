import type { BeamOptions } from "@heed/seq2seq";
import type { BackendReport } from "@heed/tensor";
import type { Machine } from "./machine.js";
import type { ReproducedConfig, WeightsChoice } from "./reproduction.js";
import type { Cost, CoursePoint } from "./sittings.js";

/** The measures of one choice on validation data. */
export interface ValidationValue {
  readonly weights: WeightsChoice;
  readonly search: BeamOptions;
  readonly measures: Readonly<Record<string, number>>;
}

/** The content of `result.json`. */
export interface ReproductionResult extends Cost {
  readonly name: string;
  readonly seed: number;
  readonly quick: boolean;
  /** The measure that the result is judged by. */
  readonly metric: string;
  /** Its value on the test set. */
  readonly value: number;
  /** All measures on the test set, with the chosen weights and search. */
  readonly test: Readonly<Record<string, number>>;
  /** How the measures are defined, as sacreBLEU writes it. */
  readonly signatures: readonly string[];
  readonly chosen: Pick<ValidationValue, "weights" | "search">;
  readonly validation: readonly ValidationValue[];
  readonly epochs: readonly {
    readonly epoch: number;
    readonly step: number;
    readonly trainLoss: number;
    readonly validLoss: number;
    readonly validAccuracy: number;
  }[];
  readonly bestEpoch: number;
  /** Measures on validation data during training, for reproductions that have them. */
  readonly course: readonly CoursePoint[];
  readonly parameters: number;
  readonly machine: Machine;
  readonly backend: BackendReport;
  /** The version of heed. */
  readonly heed: string;
  readonly command: string;
  /** Its paths begin at the folder of `--data`. */
  readonly config: ReproducedConfig;
}
