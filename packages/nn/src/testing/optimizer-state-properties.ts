import { assertSame, assertThrows } from "@heed/core/testing";
import { cpu, decodeSafetensors, encodeSafetensors, memory, type SafeTensor, use } from "@heed/tensor";
import {
  makeOptimizerTrial,
  type OptimizerTrial,
  parameterNames,
  plainState,
  takeSteps,
  valuesByName,
} from "./optimizer-trial.js";

/** A state as it comes from a file. */
async function saved({ optimizer }: OptimizerTrial): Promise<ReadonlyMap<string, SafeTensor>> {
  return decodeSafetensors(encodeSafetensors(await optimizer.state(), {})).tensors;
}

/** Another optimizer, whose parameters have the values of `run`. */
function copyOf(run: OptimizerTrial): OptimizerTrial {
  const copy = run.again();
  for (const [name, parameter] of copy.parameters) parameter.assign(run.parameters.get(name)!);
  return copy;
}

export async function checkResume(trial: OptimizerTrial): Promise<void> {
  for (const precision of ["f64", "f32"] as const) {
    const base = await makeOptimizerTrial(trial.definition, trial.given, cpu({ precision }));
    for (const steps of [0, 1, 2, 5]) {
      const straight = base.again();
      takeSteps(straight, 0, steps);
      const state = await saved(straight);
      const text = plainState(state);
      const resumed = copyOf(straight);
      resumed.optimizer.load(state);
      // One that has a state of its own.
      const used = base.again();
      takeSteps(used, 7, 10);
      for (const [name, parameter] of used.parameters) parameter.assign(straight.parameters.get(name)!);
      used.optimizer.load(await straight.optimizer.state());
      assertSame("the state after loading", plainState(await resumed.optimizer.state()), text);
      for (const run of [straight, resumed, used]) takeSteps(run, steps, steps + 3);
      const expected = await valuesByName(straight);
      const what = `after a state of ${steps} steps was loaded and 3 steps followed (${precision})`;
      assertSame(`the values of a new optimizer ${what}`, await valuesByName(resumed), expected);
      assertSame(`the values of an optimizer that had a state ${what}`, await valuesByName(used), expected);
      assertSame(
        `the state ${what}`,
        plainState(await resumed.optimizer.state()),
        plainState(await straight.optimizer.state()),
      );
      assertSame("a saved state after more steps", plainState(state), text);
    }
    const kept = base.again();
    takeSteps(kept, 0, 2);
    const state = await kept.optimizer.state();
    const text = plainState(state);
    takeSteps(kept, 2, 4);
    await kept.optimizer.state();
    assertSame("what state() returned, after more steps", plainState(state), text);
    const [read, unread] = [base.again(), base.again()];
    for (let step = 0; step < 3; step++) {
      takeSteps(read, step, step + 1);
      await read.optimizer.state();
      takeSteps(unread, step, step + 1);
    }
    assertSame(
      "the values when state() is called after each step",
      await valuesByName(read),
      await valuesByName(unread),
    );
  }
}

export async function checkRefusal(trial: OptimizerTrial): Promise<void> {
  takeSteps(trial, 0, 2);
  const state = await trial.optimizer.state();
  if (state.size === 0) return;
  const [first] = state.keys();
  const name = parameterNames.findLast((each) => [...state.keys()].some((key) => key.includes(each)))!;
  const renamed = new Map([...state].map(([key, value]) => [key.replace(name, "stranger"), value]));
  const partial = new Map([...state].filter(([key]) => key !== first));
  const wrongShape = new Map(
    [...state].map(([key, value]) => [key, value.data.length > 1 ? { ...value, shape: [...value.shape, 1] } : value]),
  );
  const [, entry] = [...state].at(-1)!;
  const more = new Map([...state, ["stranger", entry]]);
  const faulty = {
    "of a parameter that does not exist": renamed,
    "with one entry more": more,
    "with the shape of another parameter": wrongShape,
  };
  const keysOfFirst = [...state.keys()].filter((key) => key.includes(parameterNames[0]!)).length;
  const all = keysOfFirst > 1 ? { ...faulty, [`without ${first}`]: partial } : faulty;
  for (const [what, wrong] of Object.entries(all)) {
    if ([...wrong].every(([key, value]) => state.get(key) === value) && wrong.size === state.size) continue;
    const [run, plain] = [trial.again(), trial.again()];
    for (const each of [run, plain]) takeSteps(each, 5, 6);
    const before = memory().buffers;
    assertThrows(`loading a state ${what}`, () => run.optimizer.load(wrong));
    assertSame(`the number of buffers after a state ${what} was refused`, memory().buffers, before);
    for (const each of [run, plain]) takeSteps(each, 6, 8);
    assertSame(`the values after a state ${what} was refused`, await valuesByName(run), await valuesByName(plain));
  }
}

export async function checkBackend(trial: OptimizerTrial): Promise<void> {
  const other = trial.again();
  takeSteps(other, 0, 4);
  takeSteps(trial, 0, 2);
  const state = await trial.optimizer.state();
  await use(cpu({ precision: "f64" }));
  trial.optimizer.load(state);
  takeSteps(trial, 2, 4);
  assertSame("the values with another backend in use", await valuesByName(trial), await valuesByName(other));
}
