import { HeedError, Random } from "@heed/core";
import {
  type Backend,
  cpu,
  Draw,
  mul,
  noGrad,
  Parameter,
  scope,
  sum,
  type Tensor,
  treeLeaves,
  treeMap,
  use,
  valueAndGrad,
  zeros,
} from "@heed/tensor";
import { assertClose, CheckError, type HostTensor, toHost } from "@heed/tensor/testing";
import type { Module } from "../module.js";

/** How a module is called, and what its author promises. */
export interface ModuleChecksOptions<M extends Module, I> {
  /** The name in the checks; default: the name of the class. */
  readonly name?: string;
  /** Draws an input: a tensor, or a tree of tensors. `rows` is the size of the first axis of each. */
  readonly input: (draw: Draw, rows: number) => I;
  /** Calls the module and returns a tensor, or a tree of tensors; default: `module.forward(input)`. */
  readonly forward?: (module: M, input: I) => unknown;
  /** Whether the module draws random numbers in training, as dropout does; default false. */
  readonly random?: boolean;
  /** Whether row i of each output depends on row i of the inputs only, and outputs have rows; default true. */
  readonly independentRows?: boolean;
  /** Whether gradients are those of the outputs; false for straight-through estimators. Default true. */
  readonly exactGradient?: boolean;
  /** Names of parameters that have no effect on the outputs by design; default: none. */
  readonly unused?: readonly string[];
  /** Number of tensors besides its parameters that the module holds after it was built, such as tables; default 0. */
  readonly constants?: number;
  /** Backends on which the results must agree with the reference; default: the reference backend in f32. */
  readonly backends?: readonly (() => Backend | Promise<Backend>)[];
}

/** A module on the backend in use, with the generator that it was built with. */
export interface ModuleTrial<M extends Module = Module, I = unknown> {
  readonly module: M;
  /** Draws inputs. */
  readonly draw: Draw;
  readonly options: ModuleChecksOptions<M, I>;
  readonly random: Random;
  /** Builds another module from the same options. */
  build(seed: number): ModuleTrial<M, I>;
  /** Draws an input of this number of rows. */
  input(rows: number): I;
  /** Calls the module with its generator in {@link callState}. */
  call(input: I): Tensor[];
}

/** The state of every generator before a call: modules with equal parameters draw the same numbers. */
export const callState = new Random(77).state();

/** Uses a backend, by default the reference backend in f64, and builds a module there. */
export async function makeModuleTrial<M extends Module, I>(
  make: (random: Random) => M,
  options: ModuleChecksOptions<M, I>,
  backend: Backend | Promise<Backend> = cpu({ precision: "f64" }),
): Promise<ModuleTrial<M, I>> {
  await use(await backend);
  const draw = new Draw(5);
  const build = (seed: number): ModuleTrial<M, I> => {
    const random = new Random(seed);
    const module = make(random);
    const call = (input: I): Tensor[] => {
      random.restore(callState);
      return treeLeaves(forward(module, input, options));
    };
    return { module, draw, options, random, build, input: (rows) => options.input(draw, rows), call };
  };
  return build(3);
}

function forward<M extends Module, I>(module: M, input: I, options: ModuleChecksOptions<M, I>): unknown {
  if (options.forward) return options.forward(module, input);
  const { forward } = module as { forward?: (input: I) => unknown };
  if (!forward) {
    throw new HeedError("moduleChecks: the module has no method `forward`. Give the option `forward`.");
  }
  return forward.call(module, input);
}

/** Both modes of a module: `run` is called after `train()`, and after `eval()`. */
export async function inBothModes(module: Module, run: (mode: string) => Promise<void>): Promise<void> {
  for (const training of [true, false]) {
    module.train(training);
    await run(training ? "in training" : "in evaluation");
  }
  module.train();
}

/** The values of the outputs of one call. */
export async function valuesOf<M extends Module, I>(trial: ModuleTrial<M, I>, input: I): Promise<HostTensor[]> {
  const outputs = scope(() => noGrad(() => trial.call(input)));
  if (outputs.length === 0)
    throw new CheckError("the module returned no tensor. Return a tensor or a tree of tensors.");
  return Promise.all(outputs.map(toHost));
}

/** Copies an input; its f32 tensors become parameters, so that gradients reach them. */
export function asParameters<I>(input: I): { input: I; parameters: Record<string, Parameter> } {
  const parameters: Record<string, Parameter> = {};
  const copy = treeMap(input, (tensor) => {
    if (tensor.dtype !== "f32") return tensor;
    const parameter = new Parameter(tensor);
    parameters[`input ${Object.keys(parameters).length + 1}`] = parameter;
    return parameter;
  });
  return { input: copy, parameters };
}

/** Σ outputs · random numbers: a scalar whose gradient depends on all outputs. */
export function weigh(outputs: readonly Tensor[]): Tensor {
  const draw = new Draw(13);
  const terms = outputs
    .filter(({ dtype }) => dtype === "f32")
    .map((output) => sum(mul(output, draw.randn(...output.shape))));
  return terms.reduce((total, term) => total.add(term), zeros([]));
}

/** The gradients of one call for parameters and inputs, by name; null where there is none. */
export function gradientsOf<M extends Module, I>(trial: ModuleTrial<M, I>, input: I): Record<string, Tensor | null> {
  const copy = asParameters(input);
  const learned = { ...Object.fromEntries(trial.module.parameters()), ...copy.parameters };
  const { gradients } = scope(() =>
    valueAndGrad(
      () => weigh(trial.call(copy.input)),
      Object.values(learned).filter(({ trainable }) => trainable),
    ),
  );
  const names = Object.keys(learned).filter((name) => learned[name]!.trainable);
  for (const parameter of Object.values(copy.parameters)) parameter.dispose();
  return Object.fromEntries(names.map((name, i) => [name, gradients[i] ?? null]));
}

/** Compares two lists of tensors, one by one. */
export function assertAllClose(
  what: string,
  actual: readonly HostTensor[],
  expected: readonly HostTensor[],
  tolerance = 1e-9,
): void {
  if (actual.length !== expected.length)
    throw new CheckError(`${what}: expected ${expected.length} outputs, got ${actual.length}.`);
  for (const [i, reference] of expected.entries()) {
    assertClose(`${what}, output ${i + 1}`, actual[i]!, reference, tolerance);
  }
}

/** Compares gradients by name; a missing one is 0. */
export async function assertSameGradients(
  what: string,
  actual: Readonly<Record<string, Tensor | null>>,
  expected: Readonly<Record<string, Tensor | null>>,
  tolerance = 1e-9,
): Promise<void> {
  for (const [name, reference] of Object.entries(expected)) {
    const got = actual[name] ?? null;
    if (!reference && !got) continue;
    const shape = (reference ?? got)!.shape;
    const [a, b] = await Promise.all([got, reference].map((tensor) => (tensor ? toHost(tensor) : zeroHost(shape))));
    assertClose(`${what}, gradient for ${name}`, a!, b!, tolerance);
  }
}

const zeroHost = (shape: readonly number[]): HostTensor => ({
  shape,
  values: new Float64Array(shape.reduce((product, size) => product * size, 1)),
});
