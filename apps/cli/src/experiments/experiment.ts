import type { Normalizer, Scorer } from "@heed/attention";
import type { Extension } from "@heed/core";
import type { TaskExtension } from "@heed/datasets";
import type { AnyRecipe } from "@heed/train";
import type { Figure } from "@heed/viz";
import type { ExperimentName } from "./summaries.js";

/** What the command line decides about an experiment; what is left out is the experiment's own choice. */
export interface Choices {
  readonly seed: number;
  /** Tiny sizes that check that the command works; the results are meaningless. */
  readonly quick: boolean;
  /** Extensions from outside, which the choices below may be. */
  readonly plugins: readonly Extension[];
  readonly scorers?: readonly Scorer[] | undefined;
  readonly recipes?: readonly AnyRecipe[] | undefined;
  readonly normalizers?: readonly Normalizer[] | undefined;
  readonly task?: TaskExtension | undefined;
}

/** Who looks on while an experiment runs. */
export interface Watch {
  readonly signal: AbortSignal;
  /** Another model, number `index` (from 0) of `count`, is trained from now on. */
  begin(name: string, index: number, count: number): void;
  /** How much of its training is done, in optimizer steps. */
  progress(done: number, total: number): void;
  /** What came of it. */
  end(result: Readonly<Record<string, unknown>> & { readonly name: string }, line: string): void;
}

/** What every experiment says about itself, and what it found, as plain values for `results.json`. */
export interface Results {
  readonly experiment: string;
  readonly seed: number;
  readonly quick: boolean;
  /** What was done, in sentences for a person who reads the table. */
  readonly about: readonly string[];
}

/** A question that training several models alike answers, with a table and pictures. */
export interface Experiment<R extends Results = Results> {
  readonly name: ExperimentName;
  readonly title: string;
  /** Which of the choices it takes besides seed and quick. */
  readonly takes: readonly ("scorers" | "recipes" | "normalizers" | "task")[];
  run(choices: Choices, watch: Watch): Promise<R>;
  /** Rows of cells, the heading first. */
  table(results: R): readonly (readonly string[])[];
  /** Pictures by file name without its ending; `plot` is the main one. */
  figures(results: R): Readonly<Record<string, Figure>>;
}

/** An experiment of any results. */
export type AnyExperiment = Pick<Experiment, "name" | "title" | "takes"> & {
  /** Runs it, and keeps table and figures with the results. */
  conduct(choices: Choices, watch: Watch): Promise<Report>;
};

/** What an experiment came to. */
export interface Report {
  readonly results: Results;
  readonly table: readonly (readonly string[])[];
  readonly figures: Readonly<Record<string, Figure>>;
}

/** Defines an experiment, for the list in `experiments.ts`. */
export function defineExperiment<R extends Results>(experiment: Experiment<R>): AnyExperiment {
  const { name, title, takes } = experiment;
  return {
    ...{ name, title, takes },
    async conduct(choices, watch) {
      const results = await experiment.run(choices, watch);
      return { results, table: experiment.table(results), figures: experiment.figures(results) };
    },
  };
}
