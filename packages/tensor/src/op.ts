import type { Draw } from "./draw.js";
import { BackendError, DTypeError } from "./errors.js";
import type { Legend } from "./legend.js";
import { matchLegend } from "./legend.js";
import { isTensor, type Tensor } from "./tensor.js";

/** Arguments of an operation: tensors, plain numbers where the operation broadcasts, `null` for one left out. */
export type OpInputs = readonly (Tensor | number | null)[] | readonly [readonly Tensor[]];

/** The arguments once numbers have become tensors; a list of tensors stands for itself. */
export type Resolved<I extends OpInputs> = I extends readonly [readonly Tensor[]]
  ? readonly Tensor[]
  : { readonly [K in keyof I]: Exclude<I[K], number> };

/** One tensor, or several. */
export type OpOutputs = Tensor | readonly Tensor[];

/** Parameters may be left out when none of them is required. */
export type OpArguments<I extends OpInputs, P> = Partial<P> extends P ? [...I, params?: P] : [...I, params: P];

/** An example call, from which the conformance checks are made. */
export interface Sample<I extends OpInputs = OpInputs, P = object> {
  /** What is special about it, for the name of the check. */
  readonly label?: string;
  readonly args: (draw: Draw) => I;
  readonly params?: P;
  /** `false` where the gradient is deliberately not the derivative, so that central differences cannot tell. */
  readonly exactGradient?: boolean;
}

/** What an operation says of itself, whatever it is made of. */
export interface OpDescription<I extends OpInputs, P> {
  readonly name: string;
  /** Names of the arguments, for messages; one that ends in `?` may be `null`. */
  readonly inputs: readonly string[];
  /** `true` when the only argument is a list of any number of tensors. */
  readonly variadic?: boolean;
  /** Axes of each argument and result; see {@link parseLegend}. */
  readonly shapes: string;
  /** Paper and equation, where there is one. */
  readonly reference?: string;
  readonly samples: readonly Sample<I, P>[];
  /** `true` when the number of results depends on the arguments: then they come as a list, also when there is one. */
  readonly manyResults?: boolean;
  /** `false` when no gradient flows through it. */
  readonly differentiable?: boolean;
}

/** An operation: a function that also carries its documentation, its composition and its samples. */
export interface Op<I extends OpInputs, P = object, O extends OpOutputs = Tensor> {
  (...args: OpArguments<I, P>): O;
  readonly opName: string;
  readonly description: OpDescription<I, P>;
  readonly legend: Legend;
  /** The definition in terms of other operations; absent on primitives. */
  readonly compose?: (params: P, ...inputs: Resolved<I>) => O;
}

/** Any operation, for lists of them. */
export interface AnyOp {
  readonly opName: string;
  readonly description: {
    readonly name: string;
    readonly inputs: readonly string[];
    readonly shapes: string;
    readonly reference?: string;
    readonly differentiable?: boolean;
    readonly samples: readonly { readonly label?: string }[];
  };
  readonly legend: Legend;
}

/** Splits a call into the tensors and the parameters, and checks what kind of thing each argument is. */
export function splitArguments<P>(
  {
    name,
    inputs: names,
    variadic = false,
  }: { readonly name: string; readonly inputs: readonly string[]; readonly variadic?: boolean },
  args: readonly unknown[],
): { inputs: readonly (Tensor | number | null)[]; params: P } {
  const given = variadic ? args[0] : args.slice(0, names.length);
  if (!Array.isArray(given) || (variadic && given.length === 0)) {
    throw new DTypeError(`${name}: the first argument must be a list of at least one tensor.`);
  }
  const count = variadic ? given.length : names.length;
  for (let position = 0; position < count; position++) {
    const input: unknown = given[position];
    const argument = names[variadic ? 0 : position]!;
    if (typeof input === "number" || isTensor(input) || (input === null && argument.endsWith("?"))) continue;
    throw new DTypeError(`${name}: ${argument.replace("?", "")} must be a tensor, but is ${describe(input)}.`);
  }
  return {
    inputs: given as readonly (Tensor | number | null)[],
    params: (args[variadic ? 1 : names.length] ?? {}) as P,
  };
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return "an array; make a tensor of it with tensor()";
  return value === null ? "null" : typeof value;
}

/** The backend that all tensors live on. */
export function commonBackend(op: string, inputs: readonly (Tensor | null)[]): Tensor["backend"] {
  let backend: Tensor["backend"] | null = null;
  for (const input of inputs) {
    if (!input) continue;
    backend ??= input.backend;
    if (backend !== input.backend) {
      throw new BackendError(
        `${op}: one tensor lives on ${backend.name} and another on ${backend.name === input.backend.name ? "a second backend of that name" : input.backend.name}; make them on one.`,
      );
    }
  }
  if (!backend) throw new BackendError(`${op}: needs at least one tensor.`);
  return backend;
}

/** Checks the arguments against the operation's legend. */
export function checkInputs(
  op: string,
  legend: Legend,
  names: readonly string[],
  inputs: readonly (Tensor | null)[],
): void {
  matchLegend(
    op,
    legend,
    "inputs",
    names,
    inputs.map((input) => input?.shape ?? null),
  );
}
