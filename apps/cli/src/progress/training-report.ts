import type { DoneEvent, EpochEvent, StartEvent, Started, StepEvent, TrainEvent } from "@heed/train";
import type { SingleBar } from "cli-progress";
import { describeFallbacks } from "../backends.js";
import { harmless, pad } from "../columns.js";
import { count, decimal, percent, plural, shortDuration } from "../format.js";
import type { Output } from "../output.js";
import { progressBar } from "../progress-bar.js";
import { type MemoryUse, memoryUse } from "./memory-use.js";
import { Pace } from "./pace.js";
import { wordsPerToken } from "./words-per-token.js";

/** Time in ms between two lines about steps in a log, and between two measurements of memory. */
const LOG_MS = 10_000;
const MEMORY_MS = 1000;

/** What an epoch costs, besides what its event has. */
export interface EpochCost extends MemoryUse {
  /** Target words a second, separated by white space: training steps alone. */
  readonly wordsPerSecond: number;
  /** Estimated time until the last epoch. */
  readonly remainingMs: number | null;
}

interface Column {
  readonly name: string;
  readonly width: number;
  readonly cell: (event: EpochEvent, cost: EpochCost) => string;
  /** Columns with a higher number are left out first where the terminal is narrow. */
  readonly rank: number;
}

const FIRST: readonly Column[] = [
  { name: "epoch", width: 9, rank: 0, cell: ({ epoch }) => String(epoch) },
  { name: "train loss", width: 12, rank: 0, cell: ({ trainLoss }) => decimal(trainLoss) },
  { name: "valid loss", width: 12, rank: 0, cell: ({ validLoss }) => decimal(validLoss) },
  { name: "accuracy", width: 10, rank: 0, cell: ({ validAccuracy }) => percent(validAccuracy) },
];

const LAST: readonly Column[] = [
  { name: "words/s", width: 9, rank: 2, cell: (_, { wordsPerSecond }) => count(wordsPerSecond) },
  { name: "time", width: 8, rank: 1, cell: ({ durationMs }) => shortDuration(durationMs) },
  {
    name: "left",
    width: 8,
    rank: 0,
    cell: (_, { remainingMs }) => (remainingMs === null ? "" : shortDuration(remainingMs)),
  },
  { name: "RSS MiB", width: 9, rank: 3, cell: (_, { rssMiB }) => count(rssMiB) },
  {
    name: "backend MiB",
    width: 13,
    rank: 4,
    cell: (_, { backendMiB }) => (backendMiB === null ? "-" : count(backendMiB)),
  },
];
/** The column of a metric that is measured after each epoch. */
function metricColumn(name: string): Column {
  return {
    name: harmless(name),
    width: Math.max(8, name.length + 2),
    rank: 0,
    cell: ({ metrics }) => decimal(metrics[name] ?? 0),
  };
}

/** Columns of ` best`, after the others. */
const BEST = 6;

/**
 * Prints the events of a training: a line for each epoch, and in a terminal a progress bar within the epoch. A log gets a line
 * about the steps every ten seconds.
 */
export class TrainingReport {
  readonly #output: Output;
  #columns: readonly Column[] = [...FIRST, ...LAST];
  readonly #pace: Pace;
  readonly #now: () => number;
  #bar: SingleBar | undefined;
  #epochs = 0;
  #begun = false;
  #ratio = 1;
  #logged = 0;
  #measured = Number.NEGATIVE_INFINITY;
  #memory: MemoryUse | undefined;

  /** @param now - the time in ms */
  constructor(output: Output, now: () => number = () => performance.now()) {
    this.#output = output;
    this.#now = now;
    this.#pace = new Pace(now);
  }

  /**
   * Prints an event.
   * @returns what else is known of an epoch
   */
  readonly listen = (event: TrainEvent): EpochCost | undefined => {
    if (event.event === "start") this.#start(event);
    else if (event.event === "notice") this.#note(event.message);
    else if (event.event === "step") this.#step(event);
    else if (event.event === "epoch") return this.#epoch(event);
    return undefined;
  };

  /** Removes the progress bar. */
  stop(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }

  #print(line: string): void {
    this.stop();
    this.#output.print(line);
  }

  #start(event: StartEvent & Started): void {
    this.#epochs = event.epochs;
    this.#ratio = wordsPerToken(event.data);
    const { bestMetric, validationMetrics } = event.run.config.training;
    const metrics = new Set(
      [bestMetric, ...validationMetrics].filter((name) => name !== "loss" && name !== "accuracy"),
    );
    const columns = [...FIRST, ...Array.from(metrics, metricColumn), ...LAST];
    this.#columns = fitting(columns, this.#output.tableWidth - BEST);
    this.#pace.start(event);
    this.#logged = this.#now();
    for (const message of describeFallbacks(event.backend)) this.#note(message);
  }

  #note(message: string): void {
    this.#print(`note       ${message}`);
  }

  /** Prints the heading of the epochs, before the first step. */
  #head(): void {
    if (this.#begun) return;
    this.#begun = true;
    const heading = this.#columns.map(({ name, width }) => pad(name, width, "right")).join("");
    this.#output.print(`\n${this.#output.paint("bold", heading)}`);
  }

  #step(event: StepEvent): void {
    this.#pace.step(event);
    this.#head();
    const { epoch, batch, batches } = event;
    const facts = this.#facts(event);
    if (this.#now() - this.#logged > LOG_MS) {
      this.#logged = this.#now();
      this.#output.log(`epoch ${epoch}/${this.#epochs}, step ${batch}/${batches}: ${facts.join(", ")}`);
    }
    // The epoch stands below the heading of its column.
    const at = pad(`${epoch}/${this.#epochs}`, FIRST[0]?.width ?? 0, "right");
    const room = this.#output.width - `${at}  ${batches}/${batches}`.length;
    const shown = { at, facts: fill(facts, room - LEAST_BAR) };
    if (!this.#bar) {
      const beside = this.#output.width - room + facts.join("  ").length + 4;
      this.#bar = progressBar(this.#output, "{at} {bar} {value}/{total}{facts}", beside);
      this.#bar?.start(batches, 0, shown);
    }
    this.#bar?.update(batch, shown);
  }

  /** Loss, speed, time and memory after a step, the most important first. */
  #facts({ loss }: StepEvent): string[] {
    if (this.#now() - this.#measured > MEMORY_MS) {
      this.#measured = this.#now();
      this.#memory = memoryUse();
    }
    const { rssMiB = 0, backendMiB = null } = this.#memory ?? {};
    const { runMs } = this.#pace.remaining;
    return [
      `loss ${decimal(loss)}`,
      ...(runMs === null ? [] : [`${shortDuration(runMs)} left`]),
      `${count((this.#pace.tokensPerSecond ?? 0) * this.#ratio)} words/s`,
      `RSS ${count(rssMiB)} MiB`,
      ...(backendMiB === null ? [] : [`backend ${count(backendMiB)} MiB`]),
    ];
  }

  #epoch(event: EpochEvent): EpochCost {
    this.#pace.epoch(event.epoch);
    const cost: EpochCost = {
      wordsPerSecond: event.tokensPerSecond * this.#ratio,
      remainingMs: this.#pace.remaining.runMs,
      ...memoryUse(),
    };
    const line = this.#columns.map(({ name, width, cell }) => {
      const text = cell(event, cost);
      return pad(name === "epoch" ? `${text}/${this.#epochs}` : text, width, "right");
    });
    this.#print(line.join("") + (event.best ? this.#output.paint("green", "  best") : ""));
    return cost;
  }
}

/** Characters of the smallest bar. */
const LEAST_BAR = 8;

/** As many facts as there is room for, from the first. */
function fill(facts: readonly string[], room: number): string {
  let text = "";
  for (const fact of facts) {
    if (text.length + fact.length + 2 > room) break;
    text += `  ${fact}`;
  }
  return text;
}

/** The columns for which there is room. */
function fitting(all: readonly Column[], width: number): readonly Column[] {
  let columns = all;
  while (columns.reduce((sum, column) => sum + column.width, 0) > width) {
    const rank = Math.max(...columns.map((column) => column.rank));
    if (rank === 0) break;
    columns = columns.filter((column) => column.rank !== rank);
  }
  return columns;
}

/** Summarizes a finished training in one sentence. */
export function summary(done: DoneEvent): string {
  const { reason, epochs, bestEpoch, bestMetric, bestValue, bestValidLoss, sequenceAccuracy } = done;
  const why = reason === "early-stopping" ? `stopped early after ${plural(epochs, "epoch")}` : plural(epochs, "epoch");
  const by = bestMetric === "loss" || bestValue === null ? "" : `${bestMetric} ${decimal(bestValue)}, `;
  const best =
    bestValidLoss === null ? "" : `; best epoch ${bestEpoch}: ${by}validation loss ${decimal(bestValidLoss)}`;
  const whole = sequenceAccuracy === null ? "" : `, whole sequences right ${percent(sequenceAccuracy)}`;
  return `${why}${best}${whole}`;
}
