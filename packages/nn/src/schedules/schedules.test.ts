import { fixtureNames, loadFixture } from "@heed/tooling/pytorch";
import { describe, expect, test } from "vitest";
import { defineSchedule, type Schedule, type ScheduleState, type ScheduleSteps } from "../define-schedule.js";
import { findSchedule } from "../find-schedule.js";
import { scheduleChecks } from "../testing/index.js";
import { builtInSchedules, noamSchedule } from "./index.js";

const rates = (count: number, rate: Schedule): number[] =>
  Array.from({ length: count }, (_, i) => Number(rate(i + 1).toPrecision(10)));

test("warm-up rises from 0 in optimizer steps, then each schedule goes its way", () => {
  const steps = { learningRate: 1, warmupSteps: 4, totalSteps: 8 };
  expect(rates(8, findSchedule("constant").create(steps))).toEqual([0.25, 0.5, 0.75, 1, 1, 1, 1, 1]);
  expect(rates(9, findSchedule("linear").create(steps))).toEqual([0.25, 0.5, 0.75, 1, 0.8, 0.6, 0.4, 0.2, 0]);
  const inverse = rates(16, findSchedule("inverse-sqrt").create(steps));
  expect([inverse[3], inverse[15]]).toEqual([1, 0.5]);
  expect(rates(4, findSchedule("linear").create({ learningRate: 1, totalSteps: 4 }))).toEqual([1, 0.75, 0.5, 0.25]);
});

describe.each(builtInSchedules.map((each) => [each.name, each] as const))("%s", (name, definition) => {
  test("is found by its name", () => expect(findSchedule(name)).toBe(definition));

  const highest =
    definition === noamSchedule
      ? { highest: (steps: ScheduleSteps) => steps.learningRate / Math.sqrt(512 * Math.max(1, steps.warmupSteps)) }
      : {};
  test.each(scheduleChecks(definition, highest))("$name", ({ run }) => run());

  test("numbers out of range are refused", () => {
    const create = (change: object) => () => definition.create({ learningRate: 1, totalSteps: 1, ...change });
    expect(create({ learningRate: 0 })).toThrow("learningRate must be a number above 0; got 0");
    expect(create({ learningRate: Number.NaN })).toThrow(
      `The schedule "${name}": learningRate must be a number above 0`,
    );
    expect(create({ warmupSteps: -1 })).toThrow("warmupSteps must be a number of at least 0; got -1");
    expect(create({ totalSteps: 0 })).toThrow("totalSteps must be a number of at least 1; got 0");
  });
});

test.each(["constant", "linear", "inverse-sqrt"])("%s starts with the highest rate without a warm-up", (name) => {
  expect(findSchedule(name).create({ learningRate: 0.3, totalSteps: 5 })(1)).toBe(0.3);
});

test("noam is inverse-sqrt whose highest rate is learningRate / √(modelSize · warm-up)", () => {
  const steps = { warmupSteps: 4, totalSteps: 20 };
  const noam = findSchedule("noam").create({ ...steps, learningRate: 2 }, { modelSize: 64 });
  const same = findSchedule("inverse-sqrt").create({ ...steps, learningRate: 2 / Math.sqrt(64 * 4) });
  expect(rates(20, noam)).toEqual(rates(20, same));
  expect(noamSchedule.create({ learningRate: 1, totalSteps: 9 })(1)).toBeCloseTo(1 / Math.sqrt(512), 12);
});

describe("PyTorch's rates", () => {
  const names = fixtureNames().filter((name) => name.startsWith("schedule-"));

  test.each(names.filter((name) => !name.includes("plateau")))("%s", (name) => {
    const { config, outputs } = loadFixture(name);
    const { lr, steps, eta_min: lowest } = config as { lr: number; steps: number; eta_min?: number };
    const options = lowest === undefined ? {} : { lowest };
    const rate = findSchedule(name.slice("schedule-".length)).create({ learningRate: lr, totalSteps: steps }, options);
    const { data } = outputs.rates!;
    expect(data).toHaveLength(9);
    for (const [i, expected] of data.entries()) expect(rate(i + 1)).toBeCloseTo(expected, 14);
  });

  test.each(names.filter((name) => name.includes("plateau")))("%s", (name) => {
    const { config, inputs, outputs } = loadFixture(name);
    const {
      lr,
      mode,
      min_lr: lowest,
      ...options
    } = config as Record<"lr" | "min_lr" | "factor", number> & {
      readonly mode: string;
    };
    const rate = findSchedule("plateau").create({ learningRate: lr, totalSteps: 50 }, { ...options, lowest });
    let state: ScheduleState | null = null;
    const got = [rate(1, state)];
    for (const [i, value] of inputs.values!.data.entries()) {
      state = rate.observe!({ value, higherIsBetter: mode === "max" }, state);
      got.push(rate(i + 2, state));
    }
    const { data } = outputs.rates!;
    expect(got).toHaveLength(data.length);
    for (const [i, expected] of data.entries()) expect(got[i]! / expected).toBeCloseTo(1, 12);
  });
});

test("plateau multiplies the warm-up, too, and lowest is no increase", () => {
  const steps = { learningRate: 1, warmupSteps: 4, totalSteps: 20 };
  const rate = findSchedule("plateau").create(steps, { patience: 0, lowest: 3 });
  const worse = (state: ScheduleState | null, value: number) => rate.observe!({ value, higherIsBetter: false }, state);
  expect(rate(9, worse(worse(null, 1), 2))).toBe(1);
  const falling = findSchedule("plateau").create(steps, { patience: 0 });
  expect(falling(2, worse(worse(null, 1), 2))).toBe(0.5);
  const state = falling.observe!({ value: 2, higherIsBetter: false }, worse(null, 1));
  expect([falling(2, state), falling(9, state)]).toEqual([0.25, 0.5]);
});

test("unknown names and options are refused", () => {
  expect(() => findSchedule("lineer")).toThrow('There is no schedule "lineer". Did you mean "linear"?');
  expect(() => findSchedule("linear").create({ learningRate: 1, totalSteps: 1 }, { power: 2 })).toThrow(
    'The schedule "linear" has no option "power". It has none.',
  );
});

test("a schedule of one's own has its options, and each of its rates is checked", () => {
  const halving = defineSchedule<{ every: number }>({
    name: "halving",
    summary: "half the rate every few steps",
    options: { every: { type: "integer", minimum: 1, default: 2, meaning: "Number of steps." } },
    create:
      ({ learningRate }, { every }) =>
      (step) =>
        step > 8 ? Number.NaN : learningRate / 2 ** Math.floor((step - 1) / every),
  });
  const steps = { learningRate: 8, totalSteps: 9 };
  const { create } = findSchedule("halving", [halving]);
  expect(rates(4, create(steps))).toEqual([8, 8, 4, 4]);
  expect(rates(4, create(steps, { every: 1 }))).toEqual([8, 4, 2, 1]);
  expect(() => create(steps)(9)).toThrow(
    'The schedule "halving" must return a finite learning rate of at least 0, got NaN for step 9 of 9.',
  );
  const text = defineSchedule({ ...spec, create: () => () => "0.1" as unknown as number });
  expect(() => text.create(steps)(1)).toThrow('at least 0, got "0.1" for step 1 of 9.');
  const broken = defineSchedule({ ...spec, create: () => 0.1 as unknown as Schedule });
  expect(() => broken.create(steps)).toThrow(
    'create of the schedule "broken" must return a function of the step, got 0.1',
  );
});

const spec = { name: "broken", summary: "a test", options: {} };
