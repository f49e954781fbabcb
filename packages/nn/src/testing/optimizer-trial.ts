import type { OptionValues } from "@heed/core";
import { type Backend, cpu, Draw, Parameter, type SafeTensor, sub, tensor, use } from "@heed/tensor";
import type { OptimizerExtension } from "../define-optimizer.js";
import type { Optimizer } from "../optimizer.js";

/** How an optimizer is built and what its author promises. */
export interface OptimizerChecksOptions {
  /** Options that differ from the defaults. */
  readonly options?: OptionValues;
  /** A rate with which the optimizer solves a small quadratic within 200 steps; default 0.05. */
  readonly learningRate?: number;
  /** Whether each parameter moves as it would alone; false for one that scales all gradients together. Default true. */
  readonly independent?: boolean;
  /** Whether a step is proportional to its learning rate; default true. */
  readonly proportional?: boolean;
  /**
   * Computes the values of one parameter in plain numbers, to compare with.
   * @param start - `[n]`, the values before the first step
   * @param gradients - `[steps, n]`
   */
  readonly reference?: (start: number[], gradients: number[][], learningRate: number) => number[];
}

const defaultRate = 0.05;

/** Odd sizes: below 16, above 32, above 256; no axis to three axes; and names that contain other names. */
const shapes: Readonly<Record<string, readonly number[]>> = {
  bias: [1],
  scale: [],
  weight_hh: [13, 20],
  weight: [37],
  "layers.0.kernel": [3, 5, 1],
};
export const parameterNames: readonly string[] = Object.keys(shapes);

/** An optimizer with its parameters. */
export interface OptimizerTrial {
  readonly definition: OptimizerExtension;
  readonly given: OptimizerChecksOptions;
  readonly rate: number;
  readonly parameters: ReadonlyMap<string, Parameter>;
  readonly optimizer: Optimizer;
  /** Builds another one, with all parameters or some, in that order. */
  again(names?: readonly string[]): OptimizerTrial;
}

/** Uses a backend, by default the reference backend in f64, and builds an optimizer of three parameters there. */
export async function makeOptimizerTrial(
  definition: OptimizerExtension,
  given: OptimizerChecksOptions,
  backend: Backend = cpu({ precision: "f64" }),
): Promise<OptimizerTrial> {
  await use(backend);
  const build = (names: readonly string[] = parameterNames): OptimizerTrial => {
    const parameters = new Map(names.map((name) => [name, parameterOf(name)]));
    const optimizer = definition.create(parameters, given.options ?? {});
    return { definition, given, rate: given.learningRate ?? defaultRate, parameters, optimizer, again: build };
  };
  return build();
}

/** The values depend on the name alone. */
function parameterOf(name: string): Parameter {
  const value = new Draw(parameterNames.indexOf(name) + 50).randn(...shapes[name]!);
  const parameter = new Parameter(value);
  value.dispose();
  return parameter;
}

/** Sets the gradient of each named parameter to random numbers that depend on its name and the step alone. */
export function setGradients(
  { parameters }: Pick<OptimizerTrial, "parameters">,
  step: number,
  { names = parameterNames, factor = 1 }: { readonly names?: readonly string[]; readonly factor?: number } = {},
): void {
  for (const [name, parameter] of parameters) {
    parameter.zeroGrad();
    if (!names.includes(name)) continue;
    const values = gradientValues(name, step).map((value) => value * factor);
    parameter.grad = tensor(values, { shape: parameter.shape, backend: parameter.backend });
  }
}

/** The gradient of {@link setGradients}. */
export function gradientValues(name: string, step: number): number[] {
  const { random } = new Draw(1000 + 10 * step + parameterNames.indexOf(name));
  const size = shapes[name]!.reduce((product, length) => product * length, 1);
  return Array.from({ length: size }, () => random.normal());
}

/** Takes the steps `from` … `to` − 1. */
export function takeSteps(trial: OptimizerTrial, from: number, to: number, names?: readonly string[]): void {
  for (let step = from; step < to; step++) {
    setGradients(trial, step, names ? { names } : {});
    trial.optimizer.step(trial.rate);
    trial.optimizer.zeroGrad();
  }
}

/** Sets the gradients of ½ Σ (p − target)², plus noise. */
export function setQuadraticGradients(
  { parameters }: OptimizerTrial,
  target: number,
  step: number,
  noise: number,
): void {
  for (const [name, parameter] of parameters) {
    parameter.zeroGrad();
    const { shape, backend } = parameter;
    const shift = noise === 0 ? new Array<number>(parameter.size).fill(0) : gradientValues(name, step);
    const goal = tensor(
      shift.map((value) => target + noise * value),
      { shape, backend },
    );
    const gradient = sub(parameter, goal);
    parameter.grad = tensor(0, { backend: parameter.backend }).add(gradient);
    goal.dispose();
    gradient.dispose();
  }
}

/** The values of all parameters, by name. */
export async function valuesByName({ parameters }: Pick<OptimizerTrial, "parameters">): Promise<Map<string, number[]>> {
  const reads = Array.from(parameters, async ([name, parameter]): Promise<[string, number[]]> => {
    return [name, [...(await parameter.data())]];
  });
  return new Map(await Promise.all(reads));
}

/** A state as plain values, in the order of its names. */
export function plainState(state: ReadonlyMap<string, SafeTensor>): unknown {
  return [...state]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { dtype, shape, data }]) => [name, dtype, [...shape], Array.from(data as ArrayLike<number>)]);
}
