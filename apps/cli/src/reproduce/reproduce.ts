import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { HeedError } from "@heed/core";
import { currentBackend } from "@heed/tensor";
import { checkConfig, type Run, type TrainEvent, type TrainResult } from "@heed/train";
import { averageWeights, loadRun, train } from "@heed/train/node";
import { Interrupted } from "../on-interrupt.js";
import { replaceFile } from "../replace-file.js";
import { version } from "../version.js";
import { describeMachine } from "./machine.js";
import { makeQuick } from "./quick.js";
import type { Measured, PreparedReproduction, ReproduceSetting, Reproduction, WeightsChoice } from "./reproduction.js";
import type { ReproductionResult, ValidationValue } from "./result.js";
import { Sittings } from "./sittings.js";

/** How a result is made. */
export interface ReproduceOptions extends ReproduceSetting {
  /** The folder of this result. */
  readonly out: string;
  /** Tiny sizes that check that the command works; the result is meaningless. */
  readonly quick: boolean;
  readonly signal: AbortSignal;
  readonly on: (event: TrainEvent) => void;
  /** Called with each measurement on validation data. */
  readonly onValidation: (value: ValidationValue) => void;
}

/**
 * Trains a model, or resumes its training, chooses weights and search on validation data, measures the test set once, and
 * writes `result.json` and `hypotheses.txt`.
 *
 * @throws Interrupted when the signal is aborted; the training is saved
 * @throws DataError, RunError, UsageError when the data is missing, or the folder has another run
 */
export async function reproduce(row: Reproduction, options: ReproduceOptions): Promise<ReproductionResult> {
  const { out, quick, seed } = options;
  const given = await row.prepare(options);
  const prepared = quick ? makeQuick(given) : given;
  await mkdir(out, { recursive: true });
  const sittings = await Sittings.open(join(out, "progress.json"));
  const trained = await trainRow(row, prepared, sittings, options);
  try {
    const { validation, best } = await choose(row, trained, prepared, options);
    const tested = await measureWith(row, trained, best, prepared.test, options);
    const result: ReproductionResult = {
      name: row.name,
      seed,
      quick,
      metric: row.metric.name,
      value: decisiveValue(row, tested),
      test: tested.measures,
      signatures: tested.signatures ?? [],
      chosen: { weights: best.weights, search: best.search },
      validation,
      epochs: trained.history.map(({ epoch, step, trainLoss, validLoss, validAccuracy }) => ({
        ...{ epoch, step, trainLoss, validLoss, validAccuracy },
      })),
      bestEpoch: trained.done.bestEpoch,
      course: sittings.course,
      parameters: trained.model.parameterCount(),
      ...sittings.cost,
      machine: describeMachine(),
      backend: currentBackend().report(),
      heed: version,
      command: ["heed reproduce", row.name, "--seed", seed, ...(quick ? ["--quick"] : [])].join(" "),
      config: withoutFolder(prepared.config, options.data),
    };
    if (tested.translations) await replaceFile(join(out, "hypotheses.txt"), lines(tested.translations));
    await replaceFile(join(out, "result.json"), `${JSON.stringify(result, null, 1)}\n`);
    return result;
  } finally {
    trained.model.dispose();
    await sittings.save();
  }
}

async function trainRow(
  row: Reproduction,
  { config, pairs, validation }: PreparedReproduction,
  sittings: Sittings,
  { out, seed, quick, signal, on }: ReproduceOptions,
): Promise<TrainResult> {
  const run = join(out, "run");
  const { courseSteps } = row;
  const search = row.searches[0]!;
  const training = { ...config.training, keepCheckpoints: keptCheckpoints(row, Number(config.training.epochs)) };
  const result = await train({
    config: checkConfig({ ...config, training, seed }, { text: true }),
    ...(pairs && { data: pairs }),
    out: run,
    resume: existsSync(join(run, "state.json")),
    signal,
    async on(event) {
      on(event);
      if (event.event === "checkpoint") await sittings.save();
      if (event.event !== "step" || courseSteps === undefined || event.step % (quick ? 1 : courseSteps) !== 0) return;
      const { measures } = await row.measure(event.run, validation, { search, signal });
      sittings.addPoint({ step: event.step, measures });
    },
  });
  await sittings.save();
  if (result.done.reason !== "interrupted" && !signal.aborted) return result;
  result.model.dispose();
  throw new Interrupted();
}

/** Measures every choice on validation data, and returns the best one. */
async function choose(
  row: Reproduction,
  trained: TrainResult,
  { validation: pairs }: PreparedReproduction,
  options: ReproduceOptions,
): Promise<{ validation: ValidationValue[]; best: ValidationValue }> {
  const validation: ValidationValue[] = [];
  for (const weights of row.weights) {
    for (const search of row.searches) {
      const { measures } = await measureWith(row, trained, { weights, search }, pairs, options);
      const value = { weights, search, measures };
      validation.push(value);
      options.onValidation(value);
    }
  }
  const sign = row.metric.better === "higher" ? 1 : -1;
  const best = validation.reduce((a, b) => (sign * (decisiveValue(row, b) - decisiveValue(row, a)) > 0 ? b : a));
  return { validation, best };
}

async function measureWith(
  row: Reproduction,
  trained: TrainResult,
  { weights, search }: Pick<ValidationValue, "weights" | "search">,
  pairs: PreparedReproduction["test"],
  { out, signal }: ReproduceOptions,
): Promise<Measured> {
  const run = weights === "best" ? trained : await averaged(join(out, "run"), weights, trained.history.length);
  try {
    return await row.measure(run, pairs, { search, signal });
  } catch (error) {
    if (signal.aborted && error === signal.reason) throw new Interrupted();
    throw error;
  } finally {
    if (run !== trained) run.model.dispose();
  }
}

/** Averages epochs of a run, all of them where there are fewer, and loads the average. */
async function averaged(folder: string, weights: Exclude<WeightsChoice, "best">, epochs: number): Promise<Run> {
  const [[kind, wanted]] = Object.entries(weights) as [["last" | "best", number]];
  const name = `average-${kind}-${wanted}` as const;
  await averageWeights(folder, { [kind]: Math.min(wanted, epochs), name });
  return await loadRun(folder, { weights: name });
}

/** The number of epochs whose weights are kept for the averages; of the best ones, all may be. */
function keptCheckpoints({ weights }: Reproduction, epochs: number): number {
  const kept = weights.map((choice) => (choice === "best" ? 0 : "last" in choice ? choice.last : epochs));
  return Math.max(0, ...kept);
}

function decisiveValue({ name, metric }: Reproduction, { measures }: Pick<Measured, "measures">): number {
  const value = measures[metric.name];
  if (value === undefined)
    throw new HeedError(`${name}: expected the measure ${metric.name}, got ${Object.keys(measures).join(", ")}.`);
  return value;
}

/** Makes the paths of a configuration relative to the folder of the data, so that they name no folder of this machine. */
function withoutFolder<T>(config: T, folder: string | undefined): T {
  if (folder === undefined) return config;
  const data = resolve(folder);
  const shorten = (_: string, value: unknown): unknown =>
    typeof value === "string" && value.startsWith(data) ? relative(data, value) : value;
  return JSON.parse(JSON.stringify(config, shorten)) as T;
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join("");
}
