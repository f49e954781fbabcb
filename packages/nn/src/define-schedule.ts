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

/** Returns the learning rate of an optimizer step. Steps count from 1 over the whole run. */
export type Schedule = (step: number) => number;

/** What a schedule knows of the training. */
export interface ScheduleSteps {
  /** The highest learning rate, above 0. */
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
 * export const cosineSchedule = defineSchedule({
 *   name: "cosine",
 *   summary: "falls along half a period of the cosine",
 *   options: { lowest: { type: "number", minimum: 0, default: 0, meaning: "Learning rate after the last step." } },
 *   create: ({ learningRate, warmupSteps, totalSteps }, { lowest }) =>
 *     warmUp({ learningRate, warmupSteps }, (step) => {
 *       const progress = (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps);
 *       return lowest + ((learningRate - lowest) * (1 + Math.cos(Math.PI * progress))) / 2;
 *     }),
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
      return (step) => {
        const rate = schedule(step);
        if (Number.isFinite(rate) && rate >= 0) return rate;
        throw new HeedError(
          `The schedule "${name}" must return a finite learning rate of at least 0, got ${shownArgument(rate)} for step ${step} of ${totalSteps}.`,
        );
      };
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
  after: Schedule,
): Schedule {
  return (step) => (step < warmupSteps ? learningRate * (step / warmupSteps) : after(step));
}
