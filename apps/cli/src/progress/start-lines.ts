import type { StartEvent, Started } from "@heed/train";
import { backendInBrief } from "../backends.js";
import { table } from "../columns.js";
import { count, percent, plural } from "../format.js";
import type { Processes } from "../processes.js";

/** What {@link startLines} describes. */
export interface StartFacts {
  readonly event: StartEvent & Started;
  /** Why this backend was chosen. */
  readonly why: string;
  /** The run folder. */
  readonly out: string;
  /** The processes that train together; undefined for one. */
  readonly processes?: Pick<Processes, "description"> | undefined;
  /** Columns that a line may take. */
  readonly width: number;
}

/** Says in six lines what is trained: model, data, batches, optimizer, backend, folder; one more for several processes, and when a run is resumed. */
export function startLines({ event, why, out, processes, width }: StartFacts): string[] {
  const rows = [
    ["model", modelLine(event)],
    ["data", dataLine(event)],
    ["batches", batchLine(event)],
    ["optimizer", optimizerLine(event)],
    ["backend", `${backendInBrief(event.backend)} (${why})`],
    ["folder", out],
  ];
  if (processes) rows.splice(-1, 0, ["processes", processes.description]);
  if (event.resumedStep > 0) {
    rows.push(["resumed", `after epoch ${count(event.resumedAt)}, step ${count(event.resumedStep)}`]);
  }
  return table(rows, width);
}

function modelLine({ recipe, parameters, run }: StartEvent & Started): string {
  const { data } = run.config;
  const task = "task" in data && data.task !== recipe ? `, task ${data.task}` : "";
  return `${recipe}${task}: ${plural(parameters, "parameter")} (${mebibytes(4 * parameters)})`;
}

function dataLine(event: StartEvent & Started): string {
  const { trainPairs, validationPairs, testPairs, sourceVocabulary, targetVocabulary, run } = event;
  const test = testPairs === 0 ? "" : `, ${count(testPairs)} to test on`;
  const shared = run.sourceTokenizer === run.targetTokenizer;
  const words = shared
    ? `one vocabulary of ${plural(sourceVocabulary, "token")}`
    : `vocabularies of ${count(sourceVocabulary)} → ${plural(targetVocabulary, "token")}`;
  return `${plural(trainPairs, "pair")} to train on, ${count(validationPairs)} to validate on${test}; ${words}`;
}

function batchLine({ batches, paddingShare, run }: StartEvent & Started): string {
  const { batchSize, batchTokens, accumulate } = run.config.training;
  const size = batchTokens === undefined ? plural(batchSize, "pair") : `${plural(batchTokens, "position")}`;
  const each = accumulate === 1 ? "" : `, ${accumulate} batches a step`;
  return `up to ${size} a batch${each}, ${plural(batches, "step")} an epoch; padding ${percent(paddingShare)}`;
}

function optimizerLine({ epochs, batches, run }: StartEvent & Started): string {
  const { optimizer, learningRate, schedule, warmupSteps } = run.config.training;
  const warmUp = warmupSteps === 0 ? "" : `, warm-up of ${plural(warmupSteps, "step")}`;
  const length = `up to ${plural(epochs, "epoch")}, ${plural(epochs * batches, "step")}`;
  return `${optimizer}, learning rate ${learningRate}, schedule ${schedule}${warmUp}; ${length}`;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
