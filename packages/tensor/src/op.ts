import {
  ArgumentError,
  checkOptionKinds,
  type OptionKinds,
  type OptionRules,
  optionRules,
  shownArgument,
} from "@heed/core";
import type { Draw } from "./draw.js";
import { assertDType, type DType } from "./dtype.js";
import { BackendError, DTypeError } from "./errors.js";
import type { Legend } from "./legend.js";
import { matchLegend } from "./legend.js";
import { normalizeAxes, normalizeAxis } from "./shape.js";
import { isTensor, type Tensor } from "./tensor.js";

/** Arguments of an operation: tensors, plain numbers where the operation broadcasts, `null` for one left out. */
export type OpInputs = readonly (Tensor | number | null)[] | readonly [readonly Tensor[]];

/** The arguments once numbers have become tensors; a list of tensors stays a list. */
export type Resolved<I extends OpInputs> = I extends readonly [readonly Tensor[]]
  ? readonly Tensor[]
  : { readonly [K in keyof I]: Exclude<I[K], number> };

/** One tensor, or several. */
export type OpOutputs = Tensor | readonly Tensor[];

/** The arguments of a call. Options may be left out when none of them is required. */
export type OpArguments<I extends OpInputs, P> = [keyof P] extends [never]
  ? [...I]
  : Partial<P> extends P
    ? [...I, options?: P]
    : [...I, options: P];

/** The `options` of a definition, which an operation without options leaves out. */
export type DeclaredOptions<P> = [keyof P] extends [never]
  ? { readonly options?: undefined }
  : { readonly options: OptionKinds<P> };

/** `numbers: true` in a definition, exactly when an argument may be a plain number. */
export type DeclaredNumbers<I extends OpInputs> = number extends I[number]
  ? { readonly numbers: true }
  : { readonly numbers?: undefined };

/** An example call, from which the conformance checks are made. */
export interface Sample<I extends OpInputs = OpInputs, P = object> {
  /** What is special about it, for the name of the check. */
  readonly label?: string;
  readonly args: (draw: Draw) => I;
  readonly params?: P;
  /** `false` where the gradient is deliberately not the derivative, so that central differences cannot tell. */
  readonly exactGradient?: boolean;
}

/**
 * What an operation declares, whatever it is made of.
 *
 * Types and checks agree: the labels of the tuple `I` are the names in `inputs`, and `options` describes each option of `P`,
 * which the compiler checks. A call with an unknown or wrong option throws. Write the shapes of arguments and result into
 * the docstring of the constant: editors show it.
 *
 * ```ts
 * export const softmax: Op<[x: Tensor], { axis: number }> = composite({
 *   name: "softmax", inputs: ["x"], options: { axis: "integer" }, …
 * });
 * export const sum: Op<[x: Tensor], ReductionOptions> = primitive({
 *   name: "sum", inputs: ["x"], options: { "axis?": "axes", "keepDims?": "boolean" }, …
 * });
 * export const add: Op<[a: Tensor | number, b: Tensor | number]> = primitive({
 *   name: "add", inputs: ["a", "b"], numbers: true, …
 * });
 * ```
 */
interface OpDeclaration<I extends OpInputs, P> {
  readonly name: string;
  /** Names of the arguments, for messages; one that ends in `?` may be `null`. */
  readonly inputs: readonly string[];
  /** `true` when the only argument is a list of any number of tensors. */
  readonly variadic?: boolean;
  /** Axes of each argument and result; see {@link parseLegend}. */
  readonly shapes: string;
  /** The dtype that each argument must have, `null` for any; by default any. Checked before a fused kernel runs, too. */
  readonly dtypes?: readonly (DType | null)[];
  /** Paper and equation, where there is one. */
  readonly reference?: string;
  readonly samples: readonly Sample<I, P>[];
  /** `true` when the number of results depends on the arguments: then they come as a list, also when there is one. */
  readonly manyResults?: boolean;
  /** `true` when the option `axis` is an axis of the result, which x lacks. */
  readonly newAxis?: boolean;
  /** `false` when no gradient flows through it. */
  readonly differentiable?: boolean;
}

/** What an operation declares: names, shapes, options and samples. */
export type OpDescription<I extends OpInputs, P> = OpDeclaration<I, P> & DeclaredOptions<P> & DeclaredNumbers<I>;

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

/** What {@link splitArguments} checks a call against. */
export interface CallRules {
  readonly name: string;
  /** Names of the arguments without `?`. */
  readonly names: readonly string[];
  /** Which arguments may be `null`. */
  readonly nullable: readonly boolean[];
  readonly variadic: boolean;
  readonly numbers: boolean;
  readonly options: OptionRules;
}

/** Reads the rules for calls from a definition. */
export function callRules<I extends OpInputs, P>(description: OpDescription<I, P>): CallRules {
  const { name, inputs, variadic = false, numbers = false, options } = description as OpDescription<OpInputs, object>;
  return {
    name,
    names: inputs.map((input) => input.replace("?", "")),
    nullable: inputs.map((input) => input.endsWith("?")),
    variadic,
    numbers,
    options: optionRules<Record<never, never>>(options ?? {}),
  };
}

/**
 * Splits a call into the tensors and the options, and checks what kind of thing each argument is.
 *
 * @throws DTypeError for an argument that is not a tensor
 * @throws ArgumentError for options that are unknown, missing or wrong, and for surplus arguments
 */
export function splitArguments<P>(
  rules: CallRules,
  args: readonly unknown[],
): { inputs: readonly (Tensor | number | null)[]; params: P } {
  const { name, names, nullable, variadic, numbers } = rules;
  const count = names.length;
  const given = variadic ? args[0] : args.length > count ? args.slice(0, count) : args;
  if (!Array.isArray(given) || (variadic && given.length === 0)) {
    throw new DTypeError(`${name}: ${names[0]} must be a list of at least one tensor, got ${shownArgument(given)}.`);
  }
  const length = variadic ? given.length : count;
  for (let position = 0; position < length; position++) {
    const input: unknown = given[position];
    if (typeof input === "number" ? numbers : isTensor(input) || (input === null && nullable[position])) continue;
    throw new DTypeError(wrongArgument(rules, position, input));
  }
  if (args.length > count + 1) {
    throw new ArgumentError(
      `${name}: expected at most ${count + 1} arguments (${[...names, "options"].join(", ")}), got ${args.length}.`,
    );
  }
  return {
    inputs: given as readonly (Tensor | number | null)[],
    params: checkOptionKinds(name, names, rules.options, args[count]) as P,
  };
}

function wrongArgument(
  { name, names, nullable, variadic, numbers }: CallRules,
  position: number,
  got: unknown,
): string {
  const argument = variadic ? `${names[0]}[${position}]` : names[position];
  const expected = `a tensor${numbers ? " or a number" : ""}${nullable[position] && !variadic ? " or null" : ""}`;
  const hint = Array.isArray(got) || ArrayBuffer.isView(got) ? " Make a tensor of it with tensor()." : "";
  return `${name}: ${argument} must be ${expected}, got ${shownArgument(got)}.${hint}`;
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

/**
 * Checks the dtypes of arguments.
 * @throws DTypeError naming the argument
 */
export function checkDTypes(
  { name, names }: CallRules,
  dtypes: readonly (DType | null)[],
  inputs: readonly (Tensor | null)[],
): void {
  for (let i = 0; i < dtypes.length; i++) {
    const dtype = dtypes[i];
    const input = inputs[i];
    if (dtype && input && input.dtype !== dtype) assertDType(name, names[i]!, input, dtype);
  }
}

/**
 * Checks the option `axis` of an operation on one tensor, so that its own name is in the message.
 * @throws ShapeError when an axis is out of range, or given twice
 */
export function checkAxes(op: string, axis: number | readonly number[] | undefined, rank: number): void {
  if (axis === undefined) return;
  if (typeof axis === "number") normalizeAxis(op, axis, rank);
  else normalizeAxes(op, axis, rank);
}

/** Checks the shapes of arguments against the operation's legend. */
export function checkInputs({ name, names }: CallRules, legend: Legend, inputs: readonly (Tensor | null)[]): void {
  if (legend.free) return;
  matchLegend(
    name,
    legend,
    "inputs",
    names,
    inputs.map((input) => input?.shape ?? null),
  );
}
