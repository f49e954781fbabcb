import { assertSame, assertThrows, CheckError, withOtherGlobals } from "@heed/core/testing";
import { cpu, formatShape, memory, mul, noGrad, scope, tensor, treeLeaves, treeTake, use } from "@heed/tensor";
import type { Module } from "../module.js";
import { loadModule, saveModule } from "../save-module.js";
import { parameterValues } from "./module-properties.js";
import {
  asParameters,
  assertAllClose,
  assertSameGradients,
  callState,
  gradientsOf,
  inBothModes,
  type ModuleTrial,
  valuesOf,
  weigh,
} from "./module-trial.js";

/** Odd sizes, above 16 and above 32, where kernels treat the rest on its own. */
const manyRows = [2, 3, 17, 37, 67, 263];

export async function checkEvaluation<M extends Module, I>(trial: ModuleTrial<M, I>): Promise<void> {
  const { module, random } = trial;
  const input = trial.input(7);
  if (module.eval() !== module || module.train() !== module)
    throw new CheckError("eval() and train() must return the module.");
  module.eval();
  const flags = [...module.modules()].filter(([, { training }]) => training).map(([name]) => name);
  assertSame("the modules that still train after eval()", flags, []);
  const first = await valuesOf(trial, input);
  assertSame("the state of the generator after a call in evaluation", random.state(), callState);
  assertAllClose("the second call in evaluation", await valuesOf(trial, input), first, 0);
}

export async function checkTraining<M extends Module, I>(trial: ModuleTrial<M, I>): Promise<void> {
  const { module, random, options } = trial;
  const input = trial.input(17);
  const trained = await valuesOf(trial, input);
  const state = random.state();
  assertAllClose("training with the generator in the same state", await valuesOf(trial, input), trained, 0);
  assertSame("the state of the generator after the same call", random.state(), state);
  module.eval();
  const evaluated = await valuesOf(trial, input);
  const differs = trained.some(({ values }, i) =>
    Array.from(values).some((value, j) => value !== evaluated[i]!.values[j]),
  );
  if (differs === (options.random ?? false)) return;
  throw new CheckError(
    differs
      ? "the outputs in training differ from those in evaluation. Declare `random: true` if the module draws random numbers in training."
      : "the outputs in training are those in evaluation, although `random: true` is declared. Draw from the generator that the module was built with.",
  );
}

export async function checkCalls<M extends Module, I>(trial: ModuleTrial<M, I>): Promise<void> {
  const [input, other, single] = [trial.input(5), trial.input(8), trial.input(1)];
  await inBothModes(trial.module, async (mode) => {
    const first = await valuesOf(trial, input);
    await valuesOf(trial, other);
    await valuesOf(trial, single);
    gradientsOf(trial, other);
    assertAllClose(`a call ${mode} after other calls`, await valuesOf(trial, input), first);
    const elsewhere = withOtherGlobals(() => valuesOf(trial, input));
    assertAllClose(`a call ${mode} with another clock and other values of Math.random`, await elsewhere, first);
    const fresh = trial.build(3);
    fresh.module.train(trial.module.training);
    await valuesOf(fresh, other);
    assertAllClose(`a call ${mode} of a module that another input came to first`, await valuesOf(fresh, input), first);
  });
}

export async function checkRows<M extends Module, I>(trial: ModuleTrial<M, I>): Promise<void> {
  const { module, options } = trial;
  for (const training of options.random ? [false] : [true, false]) {
    module.train(training);
    for (const rows of manyRows) {
      const input = trial.input(rows);
      const together = await valuesOf(trial, input);
      for (const [i, { shape }] of together.entries()) {
        if (shape[0] !== rows) {
          throw new CheckError(
            `output ${i + 1} is ${formatShape(shape)} for ${rows} rows; its first axis must be ${rows} long. Declare \`independentRows: false\` if outputs have no rows.`,
          );
        }
      }
      // Of many rows, those around the sizes at which kernels cut.
      const all = Array.from({ length: rows }, (_, row) => row);
      for (const row of rows <= 37 ? all : all.filter((row) => row % 64 === 63 || row % 64 === 0 || row >= rows - 1)) {
        const alone = await valuesOf(trial, treeTake(input, tensor(Int32Array.of(row))));
        const expected = together.map(({ shape, values }) => {
          const size = values.length / rows;
          const own = Array.prototype.slice.call(values, row * size, (row + 1) * size);
          return { shape: [1, ...shape.slice(1)], values: own };
        });
        assertAllClose(`row ${row} of ${rows} alone, against all rows at once`, alone, expected);
      }
    }
  }
}

export async function checkInputs<M extends Module, I>(trial: ModuleTrial<M, I>): Promise<void> {
  await inBothModes(trial.module, async (mode) => {
    const input = trial.input(5);
    const given = asParameters(input).input;
    const leaves = [...treeLeaves(input), ...treeLeaves(given)];
    const read = (): Promise<number[][]> => Promise.all(leaves.map(async (leaf) => [...(await leaf.data())]));
    const [before, parameters] = [await read(), await parameterValues(trial.module)];
    await valuesOf(trial, input);
    gradientsOf(trial, input);
    scope(() => void weigh(trial.call(given)).backward());
    const freed = leaves.findIndex(({ disposed }) => disposed);
    if (freed >= 0)
      throw new CheckError(`a call ${mode} freed tensor ${freed + 1} of its input, which belongs to the caller.`);
    assertSame(`the input after a call ${mode}`, await read(), before);
    assertSame(`the parameters after a call ${mode}`, await parameterValues(trial.module), parameters);
  });
}

export async function checkFresh<M extends Module, I>(trial: ModuleTrial<M, I>): Promise<void> {
  const input = trial.input(5);
  const expected = gradientsOf(trial.build(3), input);
  noGrad(() => trial.call(input));
  await assertSameGradients("after a call without gradients", gradientsOf(trial, input), expected);
  trial.module.eval();
  noGrad(() => trial.call(input));
  trial.module.train();
  await assertSameGradients("after a call in evaluation", gradientsOf(trial, input), expected);
}

export async function checkUpdates<M extends Module, I>(trial: ModuleTrial<M, I>): Promise<void> {
  const { module, draw } = trial;
  const input = trial.input(5);
  await inBothModes(module, async (mode) => {
    await valuesOf(trial, input);
    for (const parameter of module.parameters().values()) parameter.assign(mul(draw.positive(...parameter.shape), 0.5));
    const fresh = trial.build(99);
    fresh.module.train(module.training);
    for (const [name, parameter] of fresh.module.parameters()) parameter.assign(module.parameters().get(name)!);
    const what = `${mode} after all parameters changed, against a new module with these parameters`;
    assertAllClose(what, await valuesOf(trial, input), await valuesOf(fresh, input));
  });
}

export async function checkRoundTrip<M extends Module, I>(trial: ModuleTrial<M, I>): Promise<void> {
  const { module, build } = trial;
  const input = trial.input(5);
  const loaded = build(99);
  // What the second module computed before loading, it must not remember.
  await inBothModes(loaded.module, async () => void (await valuesOf(loaded, input)));
  loadModule(loaded.module, await saveModule(module));
  const [saved, expected] = [await parameterValues(loaded.module), await parameterValues(module)];
  assertSame("the parameters after saving and loading", saved, expected);
  await inBothModes(module, async (mode) => {
    loaded.module.train(module.training);
    assertAllClose(
      `the outputs ${mode} after saving and loading`,
      await valuesOf(loaded, input),
      await valuesOf(trial, input),
    );
  });
  const state = await module.stateDict();
  const [name] = state.keys();
  if (name === undefined) return;
  const lacking = new Map([...state].filter(([key]) => key !== name));
  for (const parameter of loaded.module.parameters().values()) parameter.assign(noGrad(() => mul(parameter, 2)));
  const before = await parameterValues(loaded.module);
  assertThrows(`loading a state without ${name}`, () => loaded.module.loadStateDict(lacking));
  assertSame(`the parameters after a state without ${name}`, await parameterValues(loaded.module), before);
}

export async function checkOtherBackend<M extends Module, I>(trial: ModuleTrial<M, I>): Promise<void> {
  const input = trial.input(5);
  const expected = await valuesOf(trial, input);
  await use(cpu({ precision: "f64" }));
  assertAllClose("with another backend in use", await valuesOf(trial, input), expected);
}

/** Calls a module with gradients and without, and forgets all gradients. */
function callInScopes<M extends Module, I>(trial: ModuleTrial<M, I>, input: I): void {
  const copy = asParameters(input);
  scope(() => void weigh(trial.call(copy.input)).backward());
  scope(() => void noGrad(() => trial.call(input)));
  for (const parameter of Object.values(copy.parameters)) parameter.dispose();
  for (const parameter of trial.module.parameters().values()) parameter.zeroGrad();
}

export async function checkLeaks<M extends Module, I>(trial: ModuleTrial<M, I>): Promise<void> {
  const inputs = [9, 2, 5].map((rows) => trial.input(rows));
  await inBothModes(trial.module, async (mode) => {
    const callAll = (): number => {
      for (const input of inputs) callInScopes(trial, input);
      return memory().buffers;
    };
    // The first calls may build tables; calls of the same sizes build no more.
    const before = callAll();
    const left = callAll() - before;
    if (left !== 0)
      throw new CheckError(`${left} buffers more are alive after the same calls ${mode}, each in a scope.`);
  });
}

export async function checkDispose<M extends Module, I>(trial: ModuleTrial<M, I>): Promise<void> {
  const inputs = [9, 5].map((rows) => trial.input(rows));
  for (const input of inputs) {
    callInScopes(trial, input);
    // Gradients belong to the parameters: dispose() frees them as well.
    if (trial.module.parameters().size > 0) scope(() => void weigh(trial.call(input)).backward());
  }
  trial.module.dispose();
  for (const leaf of treeLeaves(inputs)) leaf.dispose();
  const left = memory().buffers;
  if (left !== 0)
    throw new CheckError(
      `${left} buffers are still alive after dispose(). Override it to free what the module holds besides its parameters.`,
    );
}
