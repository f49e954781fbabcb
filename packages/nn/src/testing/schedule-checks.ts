import type { OptionValues } from "@heed/core";
import { assertSame, assertThrows, type Check, CheckError, checksOf, withOtherGlobals } from "@heed/core/testing";
import type { Schedule, ScheduleExtension, ScheduleState, ScheduleSteps } from "../define-schedule.js";

/** How a schedule is built and what its author promises. */
export interface ScheduleChecksOptions {
  /** Options that differ from the defaults. */
  readonly options?: OptionValues;
  /** Whether rates may be above `learningRate`; default false. */
  readonly aboveLearningRate?: boolean;
  /** Whether the rate rises over `warmupSteps`, and is the highest at their end; default true. */
  readonly warmsUp?: boolean;
  /** Returns the highest rate of a training; default: its `learningRate`. */
  readonly highest?: (steps: ScheduleSteps) => number;
}

/** Trainings of all shapes: of one step, without a warm-up, and with one that is as long as the training, or longer. */
const trainings: readonly ScheduleSteps[] = [
  [1, 0, 1],
  [0.3, 1, 1],
  [2e-3, 0, 2],
  [1, 5, 5],
  [1, 9, 4],
  [0.1, 1, 7],
  [0.5, 4, 60],
  [3, 0, 100],
  [1e-4, 20, 1000],
  [7e-4, 4000, 60_000],
].map(([learningRate, warmupSteps, totalSteps]) => ({
  learningRate: learningRate!,
  warmupSteps: warmupSteps!,
  totalSteps: totalSteps!,
}));

/** @param peak - the highest rate */
type Property = (steps: ScheduleSteps, create: () => Schedule, peak: number) => void;

/**
 * The checks that a learning rate schedule must pass, for trainings of many lengths and warm-ups: rates are finite, at least 0 and at
 * most `learningRate`, also after the last step; the rate rises during the warm-up and reaches `learningRate`; the rate of a
 * step depends on that step alone; options are checked. For a schedule that observes what epochs measure: rates depend on the
 * step and the state alone, also when the state was saved as JSON, and better values do not lower the rate.
 *
 * @param definition - what `defineSchedule` returns
 * @param given - options that differ from the defaults, and what the author promises
 * @example
 * for (const check of scheduleChecks(linearSchedule)) test(check.name, check.run);
 */
export function scheduleChecks(definition: ScheduleExtension, given: ScheduleChecksOptions = {}): Check[] {
  const { options = {}, aboveLearningRate = false, warmsUp = true, highest = (steps) => steps.learningRate } = given;
  const forAll = (property: Property) => (): void => {
    for (const steps of trainings) {
      const create = (): Schedule => definition.create(Object.freeze({ ...steps }), Object.freeze({ ...options }));
      try {
        property(steps, create, highest(steps));
      } catch (error) {
        const { message } = error as Error;
        throw new CheckError(`${JSON.stringify(steps)}: ${message}`, { cause: error });
      }
    }
  };
  const chosen = Object.keys(options).length > 0 ? ` ${JSON.stringify(options)}` : "";
  return checksOf(definition.name + chosen, {
    "rates are finite and at least 0": forAll(checkFinite),
    ...(aboveLearningRate ? {} : { "no rate is above learningRate": forAll(checkHighest) }),
    ...(warmsUp ? { "the rate rises during the warm-up": forAll(checkWarmUp) } : {}),
    "the rate reaches learningRate": forAll(checkReached),
    "the rate of a step depends on that step alone": forAll(checkPure),
    "a state determines the rates that follow": forAll(checkState),
    "options and numbers of steps are checked": () => {
      const steps = trainings[0]!;
      assertThrows("an unknown option", () => definition.create(steps, { ...options, noSuchOption: 1 }));
      for (const [option, { type }] of Object.entries(definition.options)) {
        const value = type === "string" ? 1 : "text";
        assertThrows(`the option ${option} with the value ${value}`, () =>
          definition.create(steps, { ...options, [option]: value }),
        );
      }
      const wrong = { learningRate: [0, -1, Number.NaN], warmupSteps: [-1, Number.NaN], totalSteps: [0, Number.NaN] };
      for (const [name, values] of Object.entries(wrong)) {
        for (const value of values) {
          assertThrows(`${name} ${value}`, () => definition.create({ ...steps, [name]: value }, options));
        }
      }
    },
  });
}

/** The rates of all steps of a training, and of as many after it. */
function ratesOf({ totalSteps, warmupSteps }: ScheduleSteps, schedule: Schedule): number[] {
  const after = totalSteps > 10_000 ? 3 : Math.max(totalSteps, warmupSteps) + 3;
  return Array.from({ length: Math.max(totalSteps, warmupSteps) + after }, (_, i) => schedule(i + 1));
}

const checkFinite: Property = (steps, create) => {
  for (const [i, rate] of ratesOf(steps, create()).entries()) {
    if (!(Number.isFinite(rate) && rate >= 0))
      throw new CheckError(`the rate of step ${i + 1} must be finite and at least 0, got ${rate}.`);
  }
};

const checkHighest: Property = (steps, create, peak) => {
  for (const [i, rate] of ratesOf(steps, create()).entries()) {
    if (rate > peak * (1 + 1e-12))
      throw new CheckError(
        `the rate of step ${i + 1} must be at most ${peak}, got ${rate}. Declare \`aboveLearningRate: true\` if that is intended.`,
      );
  }
};

const checkWarmUp: Property = (steps, create, peak) => {
  const { warmupSteps, totalSteps } = steps;
  if (warmupSteps < 2) return;
  const rates = ratesOf(steps, create()).slice(0, warmupSteps);
  const [before, end] = rates.slice(-2) as [number, number];
  if (!(before < peak * (1 - 1e-9)))
    throw new CheckError(
      `the rate of step ${warmupSteps - 1} of ${warmupSteps} warm-up steps must be below ${peak}, got ${before}.`,
    );
  if (totalSteps > warmupSteps && !(end >= 0.98 * peak))
    throw new CheckError(
      `the rate of step ${warmupSteps}, the last of the warm-up, must be about ${peak}, got ${end}.`,
    );
  const [first] = rates as [number];
  if (!(first > 0 && first <= (2 * peak) / warmupSteps))
    throw new CheckError(`the rate of step 1 must be above 0 and about ${peak / warmupSteps}, got ${first}.`);
  for (const [i, rate] of rates.entries()) {
    if (i > 0 && i < warmupSteps - 1 && !(rate > rates[i - 1]!))
      throw new CheckError(
        `the rate of step ${i + 1} of ${warmupSteps} warm-up steps must be above ${rates[i - 1]}, got ${rate}.`,
      );
  }
};

const checkReached: Property = (steps, create, peak) => {
  const { warmupSteps, totalSteps } = steps;
  if (totalSteps < 2 * warmupSteps || totalSteps < 50) return;
  const highest = ratesOf(steps, create())
    .slice(0, totalSteps)
    .reduce((a, b) => Math.max(a, b));
  if (highest < (totalSteps < 1000 ? 0.9 : 0.99) * peak)
    throw new CheckError(`the highest rate must be about ${peak}, got ${highest}.`);
};

const checkPure: Property = (steps, create) => {
  if (steps.totalSteps > 10_000) return;
  const schedule = create();
  const rates = ratesOf(steps, schedule);
  const count = rates.length;
  const backwards = rates.map((_, i) => schedule(count - i)).reverse();
  assertSame("the rates of the steps from the last to the first", backwards, rates);
  assertSame("the rate of the same step again", schedule(1), rates[0]);
  assertSame(
    "the rates with another clock and other values of Math.random",
    withOtherGlobals(() => ratesOf(steps, create())),
    rates,
  );
  assertSame("the rates of another schedule, from step 2", ratesOf(steps, create()).slice(1), rates.slice(1));
  const resumed = create();
  const middle = Math.ceil(count / 2);
  assertSame("the rate of a training that is resumed", resumed(middle), rates[middle - 1]);
};

/** Values that improve, worsen and stay. */
const values = [3, 2, 2.5, 2.5, 2.5, 2.5, 1, 1, 1, 1, 1, 4, 0.5];

const checkState: Property = (steps, create) => {
  if (!create().observe || steps.totalSteps > 10_000) return;
  for (const higherIsBetter of [false, true]) {
    const schedule = create();
    let state: ScheduleState | null = null;
    for (const value of values) {
      const measured = Object.freeze({ value, higherIsBetter });
      const before: ScheduleState | null = state && Object.freeze({ ...state });
      const next = schedule.observe!(measured, before);
      const restored = JSON.parse(JSON.stringify(next)) as ScheduleState;
      assertSame("a state that was saved as JSON", restored, next);
      assertSame("the same state again", schedule.observe!(measured, before), next);
      assertSame("the state of another schedule", create().observe!(measured, before && { ...before }), next);
      const rates = ratesOf(steps, (step) => schedule(step, next));
      const resumed = create();
      assertSame(
        "the rates of a resumed training",
        ratesOf(steps, (step) => resumed(step, restored)),
        rates,
      );
      const wrong = rates.find((rate) => !(Number.isFinite(rate) && rate >= 0));
      if (wrong !== undefined)
        throw new CheckError(`rates must be finite and at least 0, got ${wrong} after ${value}.`);
      state = next;
    }
  }
  const schedule = create();
  const rate = schedule(steps.totalSteps);
  let state: ScheduleState | null = null;
  for (let epoch = 1; epoch <= 30; epoch++) {
    state = schedule.observe!({ value: 1 / epoch, higherIsBetter: false }, state);
    const now = schedule(steps.totalSteps, state);
    if (now < rate) throw new CheckError(`better values must not lower the rate from ${rate}, got ${now}.`);
  }
};
