import type { PlantedFault } from "@heed/core/testing";
import {
  defineSchedule,
  type Schedule,
  type ScheduleExtension,
  type ScheduleState,
  type ScheduleSteps,
  warmUp,
} from "../src/index.js";
import type { ScheduleChecksOptions } from "../src/testing/index.js";

/** A schedule, and how it is declared. */
export interface SchedulePlant {
  readonly definition: ScheduleExtension;
  readonly given: ScheduleChecksOptions;
}

const define = (create: (steps: ScheduleSteps) => Schedule): ScheduleExtension =>
  defineSchedule({ name: "planted", summary: "a test", options: {}, create });

/** A schedule after the warm-up. */
const after = (rate: (step: number, steps: ScheduleSteps) => number): ScheduleExtension =>
  define((steps) => warmUp(steps, (step) => rate(step, steps)));

const row = (
  name: string,
  definition: ScheduleExtension,
  caughtBy: string | null,
  given: ScheduleChecksOptions = {},
): PlantedFault<SchedulePlant> => ({ name, plant: { definition, given }, caughtBy });

const cosine = after((step, { learningRate, warmupSteps, totalSteps }) => {
  const progress = Math.min(1, (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps));
  return (learningRate * (1 + Math.cos(Math.PI * progress))) / 2;
});
const restarts = after((step, { learningRate, warmupSteps, totalSteps }) => {
  const period = Math.max(1, Math.ceil((totalSteps - warmupSteps) / 3));
  return (learningRate * (1 + Math.cos((Math.PI * ((step - warmupSteps) % period)) / period))) / 2;
});
/** A schedule whose rate is a share of the highest. */
const warmingUp = (share: (step: number, warmupSteps: number) => number): ScheduleExtension =>
  define(
    ({ learningRate, warmupSteps }) =>
      (step) =>
        learningRate * (warmupSteps === 0 ? 1 : share(step, warmupSteps)),
  );
const constant = after((_, { learningRate }) => learningRate);

let calls = 0;
const linear = ({ learningRate, totalSteps }: ScheduleSteps, step: number) =>
  (learningRate * (totalSteps - step)) / totalSteps;

const finite = "rates are finite and at least 0";
const highest = "no rate is above learningRate";
const rises = "the rate rises during the warm-up";
const reaches = "the rate reaches learningRate";
const pure = "the rate of a step depends on that step alone";
const checked = "options and numbers of steps are checked";

/** A schedule that multiplies the rate by the state's scale. */
const observing = (observe: NonNullable<Schedule["observe"]>): ScheduleExtension =>
  define(({ learningRate, warmupSteps }) => {
    const base = warmUp({ learningRate, warmupSteps }, () => learningRate);
    return Object.assign((step: number, state: ScheduleState | null = null) => base(step) * (state?.scale ?? 1), {
      observe,
    });
  });
let observed = 0;
const stateful = "a state determines the rates that follow";

/** Schedules without a fault, and schedules with one. */
export const scheduleFaults: readonly PlantedFault<SchedulePlant>[] = [
  row("no fault", cosine, null),
  row(
    "no fault: declared as above learningRate",
    after((_, { learningRate }) => 2 * learningRate),
    null,
    {
      aboveLearningRate: true,
    },
  ),
  row(
    "no fault: declared as without a warm-up",
    define(
      ({ learningRate }) =>
        () =>
          learningRate,
    ),
    null,
    {
      warmsUp: false,
    },
  ),
  row(
    "negative rates after the last step",
    after((step, steps) => linear(steps, step)),
    finite,
  ),
  row(
    "0 / 0 in a training of one step",
    after(
      (step, { learningRate, totalSteps }) =>
        learningRate * Math.min(1, Math.max(0, (totalSteps - step) / (totalSteps - 1))),
    ),
    finite,
  ),
  row(
    "a division by 0 when the warm-up is the whole training",
    after((step, { learningRate, warmupSteps, totalSteps }) =>
      Math.min(learningRate, Math.max(0, (learningRate * (totalSteps - step)) / (totalSteps - warmupSteps))),
    ),
    finite,
  ),
  row(
    "the root of a negative number after the last step",
    after((step, { learningRate, totalSteps }) => learningRate * Math.sqrt(1 - Math.max(0, step - 1) / totalSteps)),
    finite,
  ),
  row(
    "text in place of a number",
    after(() => "0.1" as unknown as number),
    finite,
  ),
  row(
    "the inverse root without the warm-up's factor",
    after((step, { learningRate }) => learningRate * (1 + 1 / Math.sqrt(step))),
    highest,
  ),
  row(
    "a cosine that rises again to twice the rate",
    after((step, { learningRate }) => learningRate * (1 - Math.cos(step))),
    highest,
  ),
  row(
    "a warm-up from a rate that is too high",
    define(
      ({ learningRate }) =>
        () =>
          learningRate,
    ),
    rises,
  ),
  row(
    "a warm-up that starts at 0",
    define(
      ({ learningRate, warmupSteps }) =>
        (step) =>
          step <= warmupSteps ? (learningRate * (step - 1)) / warmupSteps : learningRate,
    ),
    rises,
  ),
  row(
    "a warm-up that falls",
    define(
      ({ learningRate, warmupSteps }) =>
        (step) =>
          step < warmupSteps ? learningRate / warmupSteps / step : learningRate,
    ),
    rises,
  ),
  row(
    "a warm-up in thirds",
    define(
      ({ learningRate, warmupSteps }) =>
        (step) =>
          step < warmupSteps ? learningRate / warmupSteps : learningRate,
    ),
    rises,
  ),
  row(
    "a rate that is too small by far",
    after((step, steps) => Math.max(0, linear(steps, step)) * 1e-3),
    reaches,
  ),
  row(
    "a rate that does not reach the highest",
    after((_, { learningRate }) => 0.5 * learningRate),
    reaches,
  ),
  row(
    "noise from Math.random",
    after((_, { learningRate }) => learningRate * (0.99 + 0.01 * Math.random())),
    pure,
  ),
  row(
    "a counter of calls in place of the step",
    define((steps) => {
      let step = 0;
      return () => warmUp(steps, () => Math.max(0, linear(steps, step)))(++step);
    }),
    pure,
  ),
  row(
    "a counter that all schedules share",
    after((_, { learningRate }) => learningRate / (1 + 1e-6 * calls++)),
    pure,
  ),
  row(
    "the rate of the step before",
    define((steps) => {
      let last = steps.learningRate / Math.max(1, steps.warmupSteps);
      return (step) => {
        const rate = last;
        last = warmUp(steps, () => Math.max(1e-9, linear(steps, step)))(step);
        return rate;
      };
    }),
    pure,
  ),
  row("options that are not checked", { ...constant, create: (steps) => constant.create(steps) }, checked),
  row(
    "a learning rate that is not checked",
    {
      ...constant,
      create: (steps, options) =>
        constant.create({ ...steps, learningRate: Math.abs(steps.learningRate || 1) }, options),
    },
    checked,
  ),
  row(
    "a warm-up that ends one step early",
    warmingUp((step, w) => Math.min(1, (step + 1) / w)),
    rises,
  ),
  row(
    "a warm-up that ends one step late",
    warmingUp((step, w) => Math.min(1, step / (w + 1))),
    rises,
  ),
  row(
    "a warm-up of twice the number of steps",
    warmingUp((step, w) => Math.min(1, step / (2 * w))),
    rises,
  ),
  row(
    "a rate of 0 at the end of the warm-up",
    warmingUp((step, w) => (step === w ? 0 : Math.min(1, step / w))),
    rises,
  ),
  row(
    "a square of the step that overflows",
    after(
      (step, { learningRate, totalSteps }) => learningRate * Math.max(-1, 1 - ((step * step) | 0) / totalSteps ** 2),
    ),
    highest,
  ),
  row("no fault: warm restarts", restarts, null),
  row(
    "a highest rate of 90 %",
    after((_, { learningRate }) => 0.9 * learningRate),
    reaches,
  ),
  row(
    "noise of the size of rounding",
    after((_, { learningRate }) => learningRate * (1 - 1e-15 * Math.random())),
    pure,
  ),
  row(
    "no fault: half the rate after a worse value",
    observing(({ value, higherIsBetter }, before) => {
      const better = !before || (higherIsBetter ? value > before.best! : value < before.best!);
      return { best: better ? value : before.best!, scale: (before?.scale ?? 1) * (better ? 1 : 0.5) };
    }),
    null,
  ),
  row(
    "no fault: a highest rate of its own",
    after((_, { learningRate }) => 3 * learningRate),
    null,
    { highest: ({ learningRate }) => 3 * learningRate },
  ),
  row(
    "a state that counts all calls",
    observing(() => ({ scale: 1 + 1e-6 * observed++ })),
    stateful,
  ),
  row(
    "a state that JSON does not keep",
    observing((_, before) => ({ best: before?.best ?? Number.POSITIVE_INFINITY, scale: 1 })),
    stateful,
  ),
  row(
    "a negative rate",
    observing(() => ({ scale: -1 })),
    stateful,
  ),
  row(
    "a lower rate after better values",
    observing((_, before) => ({ scale: (before?.scale ?? 1) * 0.5 })),
    stateful,
  ),
];
