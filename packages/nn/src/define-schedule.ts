import {
  checkOptions,
  defineExtension,
  type Extension,
  HeedError,
  type Named,
  type OptionSpecs,
  type OptionValues,
  shownArgument,
} from "@heed/core";
import { checkRange } from "./check-options.js";

/** The state of a schedule that depends on measured values. Training saves it in checkpoints, as JSON. */
export type ScheduleState = Readonly<Record<string, number>>;

/** What a completed epoch measured. */
export interface Measured {
  /** Validation loss, BLEU or another measure; finite. */
  readonly value: number;
  readonly higherIsBetter: boolean;
}

/** The course of the learning rate. */
export interface Schedule {
  /**
   * Returns the learning rate of an optimizer step.
   *
   * @param step - counts from 1 over the whole run
   * @param state - the last result of {@link observe}; null, which is the default, before the first epoch is completed
   */
  (step: number, state?: ScheduleState | null): number;
  /**
   * Returns the state after an epoch. It changes nothing, so that a resumed run computes the same rates. A schedule that
   * depends on the step alone has no such function.
   *
   * @param state - after the epoch before; null after the first epoch
   */
  readonly observe?: ((measured: Measured, state: ScheduleState | null) => ScheduleState) | undefined;
}

/** What a schedule knows of the training. */
export interface ScheduleSteps {
  /** The highest learning rate, above 0; for `noam`, a factor. */
  readonly learningRate: number;
  /** Number of optimizer steps over which the rate rises from 0 to the highest. */
  readonly warmupSteps: number;
  /** Number of optimizer steps of the whole training. */
  readonly totalSteps: number;
}

/** A kind of learning rate schedule: its options, and how it is built. */
export interface ScheduleDefinition<O = OptionValues> extends Named {
  /** One line for lists and docs. */
  readonly summary: string;
  /** Paper and equation. */
  readonly reference?: string;
  readonly options: OptionSpecs<O>;
  /**
   * Builds the schedule of a training. {@link warmUp} adds the warm-up.
   * @param options - checked, with defaults
   */
  create(steps: ScheduleSteps, options: O): Schedule;
}

/** A schedule that can be found by name. */
export interface ScheduleExtension extends Omit<ScheduleDefinition, "create">, Extension<"schedule"> {
  /**
   * Builds the schedule of a training.
   *
   * @param steps - `warmupSteps` is 0 by default
   * @param options - the options that differ from the defaults
   * @returns the schedule; it throws when a rate is not a finite number of at least 0
   * @throws OptionError when an option is unknown or has a wrong value
   * @throws HeedError when a number of `steps` is out of its range
   */
  create(
    steps: Omit<ScheduleSteps, "warmupSteps"> & Partial<Pick<ScheduleSteps, "warmupSteps">>,
    options?: OptionValues,
  ): Schedule;
}

/**
 * Defines a learning rate schedule. A new schedule is one file in `schedules/`. The result checks the options and every rate.
 *
 * @throws HeedError when a field is missing or wrong
 * @example
 * export const stepSchedule = defineSchedule({
 *   name: "step",
 *   summary: "a part of the rate, every few steps",
 *   options: {
 *     every: { type: "integer", minimum: 1, default: 1000, meaning: "Number of optimizer steps." },
 *     factor: { type: "number", above: 0, below: 1, default: 0.5, meaning: "Part of the rate that remains." },
 *   },
 *   create: (steps, { every, factor }) =>
 *     warmUp(steps, (step) => steps.learningRate * factor ** Math.floor((step - 1) / every)),
 * });
 */
export function defineSchedule<O = OptionValues>(definition: ScheduleDefinition<O>): ScheduleExtension {
  const checked = defineExtension("schedule", definition as unknown as ScheduleDefinition, {
    summary: "text",
    reference: "text?",
    options: "options",
    create: "function",
  });
  const { name } = checked;
  return Object.freeze({
    ...checked,
    create({ learningRate, warmupSteps = 0, totalSteps }: Partial<ScheduleSteps>, given?: OptionValues): Schedule {
      const check = (option: string, value: unknown, minimum: string, fits: boolean): void =>
        checkRange(`The schedule "${name}"`, option, value as number, minimum, fits);
      check("learningRate", learningRate, "a number above 0", learningRate! > 0 && Number.isFinite(learningRate));
      check("warmupSteps", warmupSteps, "a number of at least 0", warmupSteps >= 0);
      check("totalSteps", totalSteps, "a number of at least 1", totalSteps! >= 1);
      const steps = { learningRate: learningRate!, warmupSteps, totalSteps: totalSteps! };
      const schedule = checked.create(steps, checkOptions("schedule", checked, given));
      if (typeof schedule !== "function") {
        throw new HeedError(
          `create of the schedule "${name}" must return a function of the step, got ${shownArgument(schedule)}.`,
        );
      }
      const { observe } = schedule;
      const checkedSchedule = (step: number, state: ScheduleState | null = null): number => {
        const rate = schedule(step, state);
        if (Number.isFinite(rate) && rate >= 0) return rate;
        throw new HeedError(
          `The schedule "${name}" must return a finite learning rate of at least 0, got ${shownArgument(rate)} for step ${step} of ${totalSteps}.`,
        );
      };
      return observe ? Object.assign(checkedSchedule, { observe }) : checkedSchedule;
    },
  });
}

/**
 * Adds a warm-up to a schedule: step s < w has the rate learningRate · s / w, and later steps have that of `after`.
 *
 * @param after - the rate of a step after the warm-up
 */
export function warmUp(
  { learningRate, warmupSteps }: Pick<ScheduleSteps, "learningRate" | "warmupSteps">,
  after: (step: number) => number,
): (step: number) => number {
  return (step) => (step < warmupSteps ? learningRate * (step / warmupSteps) : after(step));
}
