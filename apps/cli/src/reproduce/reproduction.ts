import type { BeamOptions } from "@heed/seq2seq";
import type { Run, TextSample } from "@heed/train";

/** A published result, and how heed trains a model to compare with it. */
export interface Reproduction {
  readonly name: string;
  /** Data and test set, for the table. */
  readonly data: string;
  /** The model, for the table. */
  readonly model: string;
  /** The published values with their sources, in Markdown. */
  readonly anchor: string;
  /** Differences from the published set-up, in sentences. */
  readonly notes: readonly string[];
  readonly metric: ReproducedMetric;
  /** The value to reach; null where none was published for data of this size. */
  readonly goal: number | null;
  /** Weights to choose from on validation data. */
  readonly weights: readonly WeightsChoice[];
  /** Searches to choose from on validation data; a beam of size 1 is greedy. */
  readonly searches: readonly BeamOptions[];
  /** Number of steps after which the model is measured on validation data during training. */
  readonly courseSteps?: number;
  prepare(setting: ReproduceSetting): Promise<PreparedReproduction>;
  /** Measures a model on pairs; the measures include {@link metric}. */
  measure(run: Run, pairs: readonly TextSample[], options: MeasureOptions): Promise<Measured>;
}

/** What a result is judged by. */
export interface ReproducedMetric {
  /** The key of a measure. */
  readonly name: string;
  readonly better: "higher" | "lower";
}

/** The weights of the best epoch, or the average of the last or best n epochs. */
export type WeightsChoice = "best" | { readonly last: number } | { readonly best: number };

/** What the command line decides. */
export interface ReproduceSetting {
  /** The folder with the data sets; undefined where none was given. */
  readonly data: string | undefined;
  readonly seed: number;
}

/** What is trained and measured. */
export interface PreparedReproduction {
  /** A configuration without defaults and seed. */
  readonly config: ReproducedConfig;
  /** Training pairs in memory, where the configuration names no files. */
  readonly pairs?: ReproducedPairs;
  readonly validation: readonly TextSample[];
  readonly test: readonly TextSample[];
}

/** Pairs in memory. */
export interface ReproducedPairs {
  readonly train: readonly TextSample[];
  readonly validation: readonly TextSample[];
}

/** A configuration as a YAML file has it. */
export interface ReproducedConfig {
  readonly recipe: string;
  readonly model: Readonly<Record<string, unknown>>;
  readonly data: Readonly<Record<string, unknown>>;
  readonly training: Readonly<Record<string, unknown>>;
}

/** How to decode. */
export interface MeasureOptions {
  readonly search: BeamOptions;
  readonly signal: AbortSignal;
}

/** The measures of a model on pairs, by name, and its translations if it wrote any. */
export interface Measured {
  readonly measures: Readonly<Record<string, number>>;
  readonly translations?: readonly string[];
  /** How the measures are defined, as sacreBLEU writes it. */
  readonly signatures?: readonly string[];
}
