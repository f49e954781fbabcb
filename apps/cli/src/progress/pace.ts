import type { StartEvent, StepEvent } from "@heed/train";

/** How long an epoch and the whole training will still take, in ms; null while nothing is measured. */
export interface Remaining {
  readonly epochMs: number | null;
  readonly runMs: number | null;
}

/** How much an older step counts in the mean of step times, against the one after it. */
const DECAY = 0.98;

/**
 * Measures steps and epochs, and estimates what is left from them: the steps at the mean time of the last ones, the epochs
 * with the time that validation and checkpoint took so far. Early stopping may end a training earlier.
 */
export class Pace {
  readonly #now: () => number;
  #epochs = 0;
  #epoch = 0;
  #batch = 0;
  #batches = 0;
  #lastStep: number | null = null;
  #stepMs = 0;
  #stepWeight = 0;
  #tokens = 0;
  #betweenMs = 0;
  #completed = 0;

  /** @param now - the time in ms */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  start({ epochs, resumedAt, batches }: Pick<StartEvent, "epochs" | "resumedAt" | "batches">): void {
    this.#epochs = epochs;
    this.#epoch = resumedAt;
    this.#batches = batches;
    this.#lastStep = this.#now();
  }

  step({ epoch, batch, batches, tokens }: Pick<StepEvent, "epoch" | "batch" | "batches" | "tokens">): void {
    const now = this.#now();
    if (this.#lastStep !== null) {
      this.#stepMs = DECAY * this.#stepMs + (now - this.#lastStep);
      this.#tokens = DECAY * this.#tokens + tokens;
      this.#stepWeight = DECAY * this.#stepWeight + 1;
    }
    this.#lastStep = now;
    this.#epoch = epoch - 1;
    this.#batch = batch;
    this.#batches = batches;
  }

  /** After an epoch, with its validation and checkpoint. */
  epoch(epoch: number): void {
    const now = this.#now();
    if (this.#lastStep !== null) this.#betweenMs += now - this.#lastStep;
    this.#completed++;
    this.#lastStep = now;
    this.#epoch = epoch;
    this.#batch = 0;
  }

  /** Target tokens a second over the last steps, with everything between them; null before the first step. */
  get tokensPerSecond(): number | null {
    return this.#stepMs > 0 ? (this.#tokens / this.#stepMs) * 1000 : null;
  }

  get remaining(): Remaining {
    if (this.#stepWeight === 0) return { epochMs: null, runMs: null };
    const stepMs = this.#stepMs / this.#stepWeight;
    const epochs = Math.max(0, this.#epochs - this.#epoch);
    const steps = epochs === 0 ? 0 : epochs * this.#batches - this.#batch;
    const between = this.#completed === 0 ? 0 : this.#betweenMs / this.#completed;
    return {
      epochMs: epochs === 0 ? 0 : (this.#batches - this.#batch) * stepMs + between,
      runMs: steps * stepMs + epochs * between,
    };
  }
}
