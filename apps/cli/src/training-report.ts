import type { DoneEvent, EpochEvent, StartEvent, StepEvent, TrainEvent } from "@heed/train";
import type { SingleBar } from "cli-progress";
import { pad } from "./columns.js";
import { count, decimal, duration, percent, plural } from "./format.js";
import type { Output } from "./output.js";
import { progressBar } from "./progress-bar.js";

const COLUMNS = [
  ["epoch", 9],
  ["train loss", 12],
  ["valid loss", 12],
  ["accuracy", 10],
  ["tokens/s", 10],
  ["time", 13],
] as const;

/** Prints the events of a training: a line for each epoch and, in a terminal, a progress bar within the epoch. */
export class TrainingReport {
  readonly #output: Output;
  #bar: SingleBar | undefined;
  #epochs = 0;
  #begun = false;

  constructor(output: Output) {
    this.#output = output;
  }

  /** Prints an event. */
  readonly listen = (event: TrainEvent): void => {
    if (event.event === "start") this.#start(event);
    else if (event.event === "notice") this.#print(`note     ${event.message}`);
    else if (event.event === "step") this.#step(event);
    else if (event.event === "epoch") this.#epoch(event);
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

  #start(event: StartEvent): void {
    this.#epochs = event.epochs;
    const vocabulary = `vocabulary ${count(event.sourceVocabulary)} → ${count(event.targetVocabulary)}`;
    const size = `${plural(event.parameters, "parameter")}, ${vocabulary}, ${plural(event.epochs, "epoch")}`;
    this.#output.print(`model    ${event.recipe}, ${size}`);
    if (event.resumedStep > 0) this.#output.print(`resumed  after epoch ${event.resumedAt}, step ${event.resumedStep}`);
  }

  /** Prints the heading of the epochs, before the first step. */
  #head(): void {
    if (this.#begun) return;
    this.#begun = true;
    const heading = COLUMNS.map(([name, width]) => pad(name, width, "right")).join("");
    this.#output.print(`\n${this.#output.paint("bold", heading)}`);
  }

  #step({ epoch, batch, batches, loss }: StepEvent): void {
    this.#head();
    if (!this.#bar) {
      this.#bar = progressBar(this.#output, "  epoch {epoch}/{epochs} {bar} {value}/{total}  loss {loss}", 45);
      this.#bar?.start(batches, 0, { epoch, epochs: this.#epochs, loss: decimal(loss) });
    }
    this.#bar?.update(batch, { epoch, loss: decimal(loss) });
  }

  #epoch(event: EpochEvent): void {
    const cells = [
      `${event.epoch}/${this.#epochs}`,
      decimal(event.trainLoss),
      decimal(event.validLoss),
      percent(event.validAccuracy),
      count(event.tokensPerSecond),
      duration(event.durationMs),
    ];
    const line = cells.map((cell, i) => pad(cell, COLUMNS[i]?.[1] ?? 0, "right")).join("");
    this.#print(line + (event.best ? this.#output.paint("green", "  best") : ""));
  }
}

/** Summarizes a finished training in one sentence. */
export function summary({ reason, epochs, bestEpoch, bestValidLoss, sequenceAccuracy }: DoneEvent): string {
  const why = reason === "early-stopping" ? `stopped early after ${plural(epochs, "epoch")}` : plural(epochs, "epoch");
  const best = bestValidLoss === null ? "" : `; best epoch ${bestEpoch}: validation loss ${decimal(bestValidLoss)}`;
  const whole = sequenceAccuracy === null ? "" : `, whole sequences right ${percent(sequenceAccuracy)}`;
  return `${why}${best}${whole}`;
}
