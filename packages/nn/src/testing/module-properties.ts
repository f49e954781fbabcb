import { Random } from "@heed/core";
import { assertSame, CheckError, withOtherGlobals } from "@heed/core/testing";
import { cpu, formatShape, memory, mul, scope, treeMap, use, zeros } from "@heed/tensor";
import { checkDirections, checkGradients, type HostTensor, toHost } from "@heed/tensor/testing";
import type { Module } from "../module.js";
import {
  asParameters,
  assertAllClose,
  gradientsOf,
  type ModuleChecksOptions,
  type ModuleTrial,
  makeModuleTrial,
  valuesOf,
  weigh,
} from "./module-trial.js";

export async function checkNames<M extends Module, I>({ module, build, options }: ModuleTrial<M, I>): Promise<void> {
  const names = [...module.parameters().keys()];
  for (const name of names) {
    if (!/^[^\s.]+(\.[^\s.]+)*$/.test(name))
      throw new CheckError(`the name of a parameter must not be ${JSON.stringify(name)}.`);
  }
  const before = memory().buffers;
  const other = build(3).module;
  assertSame("the names of the parameters of a second module", [...other.parameters().keys()], names);
  const held = memory().buffers - before - other.parameters().size;
  const { constants = 0 } = options;
  if (held !== constants) {
    throw new CheckError(
      `the module holds ${held} tensors besides the ${names.length} parameters found by name (${names.join(", ")}), expected ${constants}. Make each learned one a Parameter in a property that is not #private, and declare the others with \`constants: ${held}\`.`,
    );
  }
  assertSame("the names in stateDict()", [...(await module.stateDict()).keys()], names);
}

export async function checkSeeds<M extends Module, I>({ module, build, random }: ModuleTrial<M, I>): Promise<void> {
  const fresh = build(3);
  const [first, second, other] = await Promise.all([module, fresh.module, build(4).module].map(parameterValues));
  assertSame("the parameters of two modules built with the same seed", second, first);
  assertSame("the state of the generator after building with the same seed", fresh.random.state(), random.state());
  const elsewhere = withOtherGlobals(() => build(3));
  assertSame(
    "the parameters with another clock and other values of Math.random",
    await parameterValues(elsewhere.module),
    first,
  );
  if (first!.size === 0 || JSON.stringify([...first!]) !== JSON.stringify([...other!])) return;
  if (JSON.stringify(random.state()) !== JSON.stringify(new Random(3).state()))
    throw new CheckError("the parameters are the same for another seed, although the module draws numbers.");
}

/** The values of all parameters, by name. */
export async function parameterValues(module: Module): Promise<Map<string, number[]>> {
  const reads = Array.from(module.parameters(), async ([name, parameter]): Promise<[string, number[]]> => {
    return [name, [...(await parameter.data())]];
  });
  return new Map(await Promise.all(reads));
}

export async function checkGradientsReach<M extends Module, I>(trial: ModuleTrial<M, I>): Promise<void> {
  const gradients = gradientsOf(trial, trial.input(7));
  const { unused = [] } = trial.options;
  const unknown = unused.filter((name) => !trial.module.parameters().has(name));
  if (unknown.length > 0)
    throw new CheckError(`no parameter has the name ${unknown.join(", ")}, which \`unused\` lists.`);
  const values = new Map(
    await Promise.all(
      Object.entries(gradients).map(async ([name, gradient]) => [name, await gradient?.data()] as const),
    ),
  );
  const size = (name: string): number => Math.max(0, ...Array.from(values.get(name) ?? [], Math.abs));
  // What rounding leaves is 0.
  const least = 1e-12 * Math.max(...[...values.keys()].map(size));
  for (const name of trial.module.parameters().keys()) {
    const reached = size(name) > least;
    if (reached === unused.includes(name)) {
      throw new CheckError(
        reached
          ? `the parameter ${name} has a gradient, although \`unused\` lists it.`
          : `the parameter ${name} has ${values.get(name) ? "only gradients of 0" : "no gradient"}. Use it in the output without \`detach\`, remove it, or list it in \`unused\`.`,
      );
    }
  }
  if (trial.module.parameters().size === 0) return;
  scope(() => weigh(trial.call(trial.input(2))).backward());
  trial.module.zeroGrad();
  const left = [...trial.module.parameters()].filter(([, { grad }]) => grad !== null).map(([name]) => name);
  assertSame("the parameters with a gradient after zeroGrad()", left, []);
}

export async function checkDifferences<M extends Module, I>(trial: ModuleTrial<M, I>): Promise<void> {
  const { module, options } = trial;
  // Without random numbers, training computes what evaluation does.
  for (const training of options.random ? [true, false] : [true]) {
    module.train(training);
    const { input, parameters } = asParameters(trial.input(3));
    const trainable = [...module.parameters()].filter(([, { trainable }]) => trainable);
    await checkGradients(() => weigh(trial.call(input)), { ...Object.fromEntries(trainable), ...parameters });
  }
  // More rows, and larger inputs, along one direction for each parameter.
  for (const [rows, factor] of [
    [1, 1],
    [37, 1],
    [11, 5],
  ] as const) {
    const scaled = treeMap(trial.input(rows), (x) => (x.dtype === "f32" ? mul(x, factor) : x));
    const { input, parameters } = asParameters(scaled);
    const trainable = [...module.parameters()].filter(([, { trainable }]) => trainable);
    await checkDirections(() => weigh(trial.call(input)), { ...Object.fromEntries(trainable), ...parameters });
  }
}

export async function checkBackends<M extends Module, I>(
  make: (random: Random) => M,
  options: ModuleChecksOptions<M, I>,
): Promise<void> {
  const results = async (trial: ModuleTrial<M, I>): Promise<Record<string, HostTensor>> => {
    const named: Record<string, HostTensor> = {};
    for (const rows of [1, 7, 37]) {
      const input = trial.input(rows);
      for (const [i, output] of (await valuesOf(trial, input)).entries())
        named[`output ${i + 1} of ${rows} rows`] = output;
      for (const [name, gradient] of Object.entries(gradientsOf(trial, input))) {
        if (gradient) named[`gradient for ${name} of ${rows} rows`] = await toHost(gradient);
      }
    }
    return named;
  };
  const reference = await makeModuleTrial(make, options);
  const expected = await results(reference);
  const state = await reference.module.stateDict();
  for (const start of options.backends ?? [() => cpu()]) {
    const backend = await start();
    const trial = await makeModuleTrial(make, options, backend);
    trial.module.loadStateDict(state);
    const actual = await results(trial);
    const names = Object.keys(expected);
    assertSame(`the results on ${backend.name}`, Object.keys(actual), names);
    assertAllClose(
      `on ${backend.name} (${names.join(", ")})`,
      names.map((name) => actual[name]!),
      names.map((name) => expected[name]!),
      1e-4,
    );
    if (backend.close) await backend.close();
  }
}

export async function checkScales<M extends Module, I>(trial: ModuleTrial<M, I>): Promise<void> {
  const { module, options, build } = trial;
  const scaled = async (of: ModuleTrial<M, I>, precision: string): Promise<void> => {
    for (const factor of [0, 1e-30, 1e4]) {
      const input = treeMap(of.input(5), (x) => (x.dtype === "f32" ? mul(x, factor) : x));
      const what = `for inputs × ${factor} in ${precision}`;
      for (const [i, { shape, values }] of (await valuesOf(of, input)).entries())
        finite(`output ${i + 1} ${what}`, values, shape);
      for (const [name, gradient] of Object.entries(gradientsOf(of, input))) {
        if (gradient) finite(`the gradient for ${name} ${what}`, await gradient.data(), gradient.shape);
      }
    }
  };
  await scaled(trial, "f64");
  const state = await module.stateDict();
  await use(cpu());
  const small = build(3);
  small.module.loadStateDict(state);
  await scaled({ ...small, options }, "f32");
  for (const parameter of small.module.parameters().values()) parameter.assign(zeros(parameter.shape));
  await scaled({ ...small, options }, "f32, with parameters of 0");
}

function finite(what: string, values: ArrayLike<number>, shape: readonly number[]): void {
  const index = Array.prototype.findIndex.call(values, (value: number) => !Number.isFinite(value));
  if (index >= 0)
    throw new CheckError(`${what}: element ${index} of ${formatShape(shape)} is ${values[index]}; it must be finite.`);
}
