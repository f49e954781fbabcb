import type { Extension } from "@heed/core";
import { checkConfig, type TrainResult } from "@heed/train";
import { train } from "@heed/train/node";
import { median } from "d3-array";
import { Interrupted } from "../on-interrupt.js";
import type { Contestant } from "./contestant.js";
import type { Watch } from "./experiment.js";

/** What all models of an experiment have in common. */
export interface Terms {
  readonly seed: number;
  /** Extensions from outside that the models or the data name. */
  readonly plugins?: readonly Extension[];
  /** Options of the models; a recipe that has no such option goes without. */
  readonly model: Readonly<Record<string, unknown>>;
  readonly data: Readonly<Record<string, unknown>>;
  readonly training: Readonly<Record<string, unknown>> & { readonly epochs: number };
}

/** A trained model, and what it cost. */
export interface Trained {
  readonly run: TrainResult;
  readonly parameters: number;
  /** Target tokens a second, training steps alone: the median of the epochs. */
  readonly tokensPerSecond: number;
  /** Of the whole training. */
  readonly durationMs: number;
}

/**
 * Trains a model on the backend in use.
 * @throws Interrupted when the watch's signal is aborted
 */
export async function trainModel(
  { recipe, scorer, normalizer }: Contestant,
  { seed, plugins = [], model, data, training }: Terms,
  watch: Watch,
): Promise<Trained> {
  const options = {
    ...model,
    ...(scorer && { scorer: scorer.name }),
    ...(normalizer && { normalizer: normalizer.name }),
  };
  const known = "shape" in recipe.model ? Object.keys(recipe.model.shape as object) : [];
  const started = performance.now();
  const run = await train({
    config: checkConfig(
      {
        recipe: recipe.name,
        seed,
        model: Object.fromEntries(Object.entries(options).filter(([key]) => known.includes(key))),
        data,
        training,
      },
      { plugins },
    ),
    plugins,
    signal: watch.signal,
    on(event) {
      if (event.event === "step") watch.progress(event.step, training.epochs * event.batches);
    },
  });
  if (run.done.reason === "interrupted" || watch.signal.aborted) {
    run.model.dispose();
    throw new Interrupted();
  }
  return {
    run,
    parameters: run.model.parameterCount(),
    tokensPerSecond: Math.round(median(run.history, ({ tokensPerSecond }) => tokensPerSecond) ?? Number.NaN),
    durationMs: Math.round(performance.now() - started),
  };
}
