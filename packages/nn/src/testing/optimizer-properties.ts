import { assertSame, assertThrows, CheckError, withOtherGlobals } from "@heed/core/testing";
import { cpu, memory, type Parameter, scope } from "@heed/tensor";
import {
  gradientValues,
  makeOptimizerTrial,
  type OptimizerTrial,
  parameterNames,
  plainState,
  setGradients,
  setQuadraticGradients,
  takeSteps,
  valuesByName,
} from "./optimizer-trial.js";

export async function checkConvergence(trial: OptimizerTrial): Promise<void> {
  const target = 2;
  for (const noise of [0, 0.3]) {
    const run = trial.again();
    const before = await valuesByName(run);
    for (let step = 0; step < 200; step++) {
      setQuadraticGradients(run, target, step, noise);
      run.optimizer.step(run.rate);
      run.optimizer.zeroGrad();
    }
    for (const [name, values] of await valuesByName(run)) {
      for (const [i, value] of values.entries()) {
        const [first, last] = [Math.abs(before.get(name)![i]! - target), Math.abs(value - target)];
        if (last <= Math.max(0.5 * first, noise + 0.2)) continue;
        throw new CheckError(
          `after 200 steps at the rate ${run.rate} on ½ (p − ${target})²${noise > 0 ? " with noise" : ""}, element ${i} of ${name} is ${value}, from ${before.get(name)![i]}. It must come closer to ${target}; give another \`learningRate\` if this one does not suit the optimizer.`,
        );
      }
    }
  }
}

export async function checkRepeats(trial: OptimizerTrial): Promise<void> {
  const other = trial.again();
  takeSteps(trial, 0, 4);
  takeSteps(other, 0, 4);
  assertSame(
    "the values of a second optimizer after the same steps",
    await valuesByName(other),
    await valuesByName(trial),
  );
  const third = trial.again();
  withOtherGlobals(() => takeSteps(third, 0, 4));
  assertSame(
    "the values with another clock and other values of Math.random",
    await valuesByName(third),
    await valuesByName(trial),
  );
  // An optimizer remembers what it did, a parameter does not.
  const { parameters } = other;
  other.optimizer.dispose();
  const first = trial.again();
  for (const [name, parameter] of first.parameters) parameter.assign(parameters.get(name)!);
  const next = { ...other, optimizer: trial.definition.create(parameters, trial.given.options ?? {}) };
  takeSteps(next, 4, 7);
  takeSteps(first, 4, 7);
  assertSame(
    "the values of another optimizer for the same parameters",
    await valuesByName(next),
    await valuesByName(first),
  );
}

export async function checkWithoutGradient(trial: OptimizerTrial): Promise<void> {
  const [idle, ...others] = parameterNames as [string, ...string[]];
  // Both before its first gradient and after it.
  for (const warmUp of [0, 2]) {
    const run = trial.again();
    takeSteps(run, 0, warmUp);
    const values = (await valuesByName(run)).get(idle);
    const stateOf = async (): Promise<unknown> =>
      plainState(new Map([...(await run.optimizer.state())].filter(([key]) => key.includes(idle))));
    const state = await stateOf();
    takeSteps(run, warmUp, warmUp + 3, others);
    assertSame(
      `a parameter without a gradient after ${warmUp} steps with one`,
      (await valuesByName(run)).get(idle),
      values,
    );
    assertSame("the state of a parameter without a gradient", await stateOf(), state);
  }
  if (trial.given.independent === false) return;
  // The steps that it missed do not count afterwards.
  const [missed, alone] = [trial.again(), trial.again([idle])];
  takeSteps(missed, 0, 3, others);
  takeSteps(missed, 3, 5);
  takeSteps(alone, 3, 5);
  assertSame(
    "a parameter that missed three steps, against one that did not wait",
    (await valuesByName(missed)).get(idle),
    (await valuesByName(alone)).get(idle),
  );
}

export async function checkRates(trial: OptimizerTrial): Promise<void> {
  for (const steps of [0, 2]) {
    takeSteps(trial, 0, steps);
    setGradients(trial, 9);
    const [values, state] = [await valuesByName(trial), plainState(await trial.optimizer.state())];
    for (const rate of [undefined, Number.NaN, Number.POSITIVE_INFINITY, -1, "0.1", null]) {
      const error = assertThrows(`step(${String(rate)})`, () => trial.optimizer.step(rate as number));
      if (/is not a function|undefined \(reading/.test(error.message))
        throw new CheckError(`step(${String(rate)}) must name the wrong rate in its error, got: ${error.message}`);
    }
    assertSame("the parameters after steps that threw", await valuesByName(trial), values);
    assertSame("the state after steps that threw", plainState(await trial.optimizer.state()), state);
    trial.optimizer.step(0);
    assertSame("the parameters after a step with the rate 0", await valuesByName(trial), values);
  }
}

export async function checkRateScale(trial: OptimizerTrial): Promise<void> {
  for (const steps of [0, 3]) {
    const moveOf = async (factor: number): Promise<number[]> => {
      const run = trial.again();
      takeSteps(run, 0, steps);
      const before = [...(await valuesByName(run)).values()].flat();
      setGradients(run, steps);
      run.optimizer.step(factor * trial.rate);
      return [...(await valuesByName(run)).values()].flat().map((value, i) => value - before[i]!);
    };
    const once = await moveOf(1);
    for (const factor of [2, 1e-3]) {
      for (const [i, move] of (await moveOf(factor)).entries()) {
        if (Math.abs(move - factor * once[i]!) <= 1e-9 * factor) continue;
        throw new CheckError(
          `step ${steps + 1} moves element ${i} by ${once[i]} at the rate ${trial.rate}, and by ${move} at ${factor} times that rate. Declare \`proportional: false\` if that is intended.`,
        );
      }
    }
    if (once.every((move) => move === 0)) throw new CheckError(`step ${steps + 1} does not move any parameter.`);
  }
}

export async function checkGradientsStay(trial: OptimizerTrial): Promise<void> {
  for (const step of [0, 1]) {
    setGradients(trial, step);
    trial.optimizer.step(trial.rate);
    for (const [name, { grad }] of trial.parameters) {
      if (!grad || grad.disposed) throw new CheckError(`a step cleared the gradient of ${name}; only zeroGrad() may.`);
      assertSame(`the gradient of ${name} after a step`, [...(await grad.data())], gradientValues(name, step));
    }
  }
}

export async function checkZeroGrad(trial: OptimizerTrial): Promise<void> {
  setGradients(trial, 0);
  const gradients = [...trial.parameters.values()].map(({ grad }) => grad!);
  trial.optimizer.zeroGrad();
  const left = [...trial.parameters].filter(([, { grad }]) => grad !== null).map(([name]) => name);
  assertSame("the parameters with a gradient after zeroGrad()", left, []);
  assertSame(
    "the gradients that zeroGrad() freed",
    gradients.filter(({ disposed }) => disposed).length,
    gradients.length,
  );
}

export async function checkIndependence(trial: OptimizerTrial): Promise<void> {
  takeSteps(trial, 0, 4);
  const together = await valuesByName(trial);
  for (const names of [parameterNames.toReversed(), ...parameterNames.map((name) => [name])]) {
    const run = trial.again(names);
    takeSteps(run, 0, 4);
    for (const [name, values] of await valuesByName(run)) {
      assertSame(`${name} among ${names.join(", ")}, against ${parameterNames.join(", ")}`, values, together.get(name));
    }
  }
  const states = (await trial.optimizer.state()).keys();
  const strangers = [...states].filter((key) => !parameterNames.some((name) => key.includes(name)));
  assertSame("the entries of the state that name no parameter", strangers, []);
}

export async function checkExtremes(trial: OptimizerTrial): Promise<void> {
  for (const precision of ["f32", "f64"] as const) {
    const base = await makeOptimizerTrial(trial.definition, trial.given, cpu({ precision }));
    for (const factors of [
      [0, 0, 0],
      [1e-30, 1e-30],
      [1e-20, 1, 0],
      [1e15, 1, 0],
      [1, 0, 0, 1],
    ]) {
      const run = base.again();
      for (const [step, factor] of factors.entries()) {
        setGradients(run, step, { factor });
        run.optimizer.step(run.rate);
        for (const [name, values] of await valuesByName(run)) {
          const index = values.findIndex((value) => !Number.isFinite(value));
          if (index < 0) continue;
          throw new CheckError(
            `after gradients × ${factors.slice(0, step + 1).join(", × ")} in ${precision}, element ${index} of ${name} is ${values[index]}; it must be finite.`,
          );
        }
      }
    }
  }
}

export async function checkPrecision(trial: OptimizerTrial): Promise<void> {
  takeSteps(trial, 0, 8);
  const expected = await valuesByName(trial);
  const small = await makeOptimizerTrial(trial.definition, trial.given, cpu());
  takeSteps(small, 0, 8);
  for (const [name, values] of await valuesByName(small)) {
    for (const [i, value] of values.entries()) {
      if (Math.abs(value - expected.get(name)![i]!) <= 1e-4) continue;
      throw new CheckError(
        `after 8 steps, element ${i} of ${name} is ${value} in f32, expected ${expected.get(name)![i]} as in f64.`,
      );
    }
  }
}

export async function checkReference({ given, again, rate }: OptimizerTrial): Promise<void> {
  for (const name of parameterNames) {
    for (const steps of [1, 2, 7]) {
      const run = again([name]);
      const start = (await valuesByName(run)).get(name)!;
      takeSteps(run, 0, steps);
      const gradients = Array.from({ length: steps }, (_, step) => gradientValues(name, step));
      const expected = given.reference!([...start], gradients, rate);
      for (const [i, value] of (await valuesByName(run)).get(name)!.entries()) {
        if (Math.abs(value - expected[i]!) <= 1e-9) continue;
        throw new CheckError(
          `after ${steps} steps, element ${i} of ${name} is ${value}, but the reference gives ${expected[i]}.`,
        );
      }
    }
  }
}

export async function checkOptionValues({ definition, parameters }: OptimizerTrial): Promise<void> {
  assertThrows("an unknown option", () => definition.create(parameters, { noSuchOption: 1 }));
  for (const [option, { type }] of Object.entries(definition.options)) {
    for (const value of [type === "string" ? 1 : "text", Number.NaN, null]) {
      assertThrows(`the option ${option} with the value ${String(value)}`, () =>
        definition.create(parameters, { [option]: value }),
      );
    }
  }
  const none = definition.create(new Map<string, Parameter>());
  none.step(0.1);
  none.zeroGrad();
  assertSame("the state of an optimizer without parameters", (await none.state()).size, 0);
  assertSame("the parameters of an optimizer", definition.create(parameters).parameters, parameters);
}

export async function checkLeaks(trial: OptimizerTrial): Promise<void> {
  for (const inScope of [true, false]) {
    const run = trial.again();
    const step = (i: number): number => {
      setGradients(run, i);
      if (inScope) scope(() => run.optimizer.step(run.rate));
      else run.optimizer.step(run.rate);
      run.optimizer.zeroGrad();
      return memory().buffers;
    };
    const [first, second, third] = [step(0), step(1), step(2)];
    if (second !== first || third !== first)
      throw new CheckError(
        `${third - first} buffers more are alive after two more steps${inScope ? "" : " without a scope"}.`,
      );
    run.optimizer.load(await run.optimizer.state());
    if (memory().buffers !== first)
      throw new CheckError(`${memory().buffers - first} buffers more are alive after load().`);
    const before = await valuesByName(run);
    run.optimizer.dispose();
    assertSame("the parameters after dispose()", await valuesByName(run), before);
    for (const parameter of run.parameters.values()) parameter.dispose();
  }
  for (const parameter of trial.parameters.values()) parameter.dispose();
  trial.optimizer.dispose();
  const left = memory().buffers;
  if (left !== 0)
    throw new CheckError(`${left} buffers are still alive after dispose() of the optimizer and its parameters.`);
}
