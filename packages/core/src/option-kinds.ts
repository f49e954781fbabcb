import { HeedError } from "./heed-error.js";
import { didYouMean, quoted } from "./names.js";
import type { Random } from "./random.js";

/**
 * What an option of a call holds: `number` is not NaN, which `value` may be; `axes` is an integer or a list of integers, `integers` and `numbers` lists, `random` a
 * generator, and a list of names stands for one of them; with `integerOr` it may also be an integer. `any` is not checked.
 */
export type OptionKind =
  | "integer"
  | "number"
  | "value"
  | "boolean"
  | "integers"
  | "numbers"
  | "axes"
  | "random"
  | "any"
  | readonly string[]
  | { readonly integerOr: readonly string[] };

/** The kinds that describe a value of type `V`. */
type KindOf<V> = [V] extends [boolean]
  ? "boolean"
  : [V] extends [string]
    ? readonly V[]
    : [V] extends [number]
      ? "integer" | "number" | "value"
      : [V] extends [string | number]
        ? { readonly integerOr: readonly Extract<V, string>[] }
        : [V] extends [Random]
          ? "random"
          : [V] extends [number | readonly number[]]
            ? "integers" | "numbers" | "axes"
            : "any";

/**
 * Describes each option of the type `P`: `{ axis: "integer", "keepDims?": "boolean" }`. A `?` marks options that may be left
 * out. The compiler reports an option that is missing here, or that `P` does not have.
 */
export type OptionKinds<P> = {
  readonly [K in Extract<keyof P, string> as Record<never, never> extends Pick<P, K> ? `${K}?` : K]-?: KindOf<
    Exclude<P[K], undefined>
  >;
};

/** A call with an argument or option that is unknown, missing or of the wrong kind. */
export class ArgumentError extends HeedError {
  override name = "ArgumentError";
}

/** The options of a function or class, ready to be checked. */
export interface OptionRules {
  readonly kinds: ReadonlyMap<string, OptionKind>;
  readonly required: readonly string[];
}

/**
 * Reads the kinds of options.
 *
 * @example
 * const rules = optionRules<DropoutOptions>({ probability: "number", random: "random" });
 */
export function optionRules<P>(options: OptionKinds<P>): OptionRules {
  const entries = Object.entries<OptionKind>(options);
  return {
    kinds: new Map(entries.map(([key, kind]) => [key.replace("?", ""), kind])),
    required: entries.map(([key]) => key).filter((key) => !key.endsWith("?")),
  };
}

/** The options of a call without options. */
const noOptions = Object.freeze({});

/**
 * Checks the options of a call, and returns them; an empty object when there are none.
 *
 * @param owner - the function or class, as it is called: `sum`, `new Linear`
 * @param args - the arguments before the options, for messages
 * @throws ArgumentError when an option is unknown, missing, or holds something else
 * @example
 * checkOptionKinds("new Dropout", [], rules, options);
 */
export function checkOptionKinds(owner: string, args: readonly string[], rules: OptionRules, options: unknown): object {
  const { kinds, required } = rules;
  if (options === undefined && required.length === 0) return noOptions;
  const given = options ?? noOptions;
  if (typeof given !== "object" || Array.isArray(given)) {
    throw new ArgumentError(notOptions(owner, args, rules, given));
  }
  const values = given as Readonly<Record<string, unknown>>;
  for (const key in values) {
    const kind = kinds.get(key);
    if (kind === undefined) {
      // A tensor in place of the options has properties that are not options.
      throw new ArgumentError(
        isTensor(given) ? notOptions(owner, args, rules, given) : unknownOption(owner, key, [...kinds.keys()]),
      );
    }
    const value = values[key];
    if (fits(kind, value) || (value === undefined && !required.includes(key))) continue;
    throw new ArgumentError(`${owner}: ${key} must be ${noun(kind)}, got ${shownArgument(value)}.`);
  }
  for (let i = 0; i < required.length; i++) {
    const key = required[i]!;
    if (values[key] !== undefined) continue;
    throw new ArgumentError(
      `${owner}: the option ${key} is missing; it must be ${noun(kinds.get(key)!)}. Write ${written(owner, args, key)}.`,
    );
  }
  return given;
}

function fits(kind: OptionKind, value: unknown): boolean {
  switch (kind) {
    case "integer":
      return Number.isSafeInteger(value);
    case "number":
      return typeof value === "number" && !Number.isNaN(value);
    case "value":
      return typeof value === "number";
    case "boolean":
      return typeof value === "boolean";
    case "axes":
      return Number.isSafeInteger(value) || areIntegers(value);
    case "integers":
      return areIntegers(value);
    case "numbers":
      return Array.isArray(value) && value.every((entry) => typeof entry === "number");
    case "random":
      return isRandom(value);
    case "any":
      return true;
    default:
      if ("integerOr" in kind) return Number.isSafeInteger(value) || kind.integerOr.includes(value as string);
      return kind.includes(value as string);
  }
}

/** Returns whether a value is a generator of random numbers, of this or another copy of `@heed/core`. */
export function isRandom(value: unknown): value is Random {
  const random = value as Partial<Random> | null | undefined;
  return typeof random?.uniform === "function" && typeof random.integer === "function";
}

function areIntegers(value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  for (let i = 0; i < value.length; i++) if (!Number.isSafeInteger(value[i])) return false;
  return true;
}

function noun(kind: OptionKind): string {
  if (typeof kind === "object" && "integerOr" in kind) return `an integer or one of ${quoted(kind.integerOr)}`;
  if (typeof kind === "object") return `one of ${quoted(kind)}`;
  const nouns = {
    integer: "an integer",
    number: "a number",
    value: "a number",
    boolean: "true or false",
    integers: "a list of integers",
    numbers: "a list of numbers",
    axes: "an integer or a list of integers",
    random: "a Random, such as new Random(1)",
    any: "given",
  };
  return nouns[kind];
}

function unknownOption(owner: string, key: string, known: readonly string[]): string {
  const has = known.length > 0 ? `Known: ${known.join(", ")}.` : "It has no options.";
  return `${owner}: there is no option ${quoted([key])}.${didYouMean(key, known)} ${has}`;
}

/** A message for `sum(x, 1)`, which shows how to write it. */
function notOptions(owner: string, args: readonly string[], { kinds }: OptionRules, given: unknown): string {
  if (kinds.size === 0)
    return `${owner}: expected no options, got ${shownArgument(given)}. Write ${owner}(${args.join(", ")}).`;
  const option = Array.from(kinds).find(([, kind]) => fits(kind, given))?.[0];
  const example = written(
    owner,
    args,
    option ?? [...kinds.keys()][0]!,
    option === undefined ? "…" : shownArgument(given),
  );
  return `${owner}: expected an object with options, got ${shownArgument(given)}. Write ${example}.`;
}

function written(owner: string, args: readonly string[], key: string, value = "…"): string {
  return `${owner}(${[...args, `{ ${key}: ${value} }`].join(", ")})`;
}

/** Tensors have this brand in `@heed/tensor`, whose code this package does not import. */
const tensorBrand = Symbol.for("heed.tensor");

function isTensor(value: unknown): value is { readonly shape: readonly number[] } {
  return typeof value === "object" && value !== null && tensorBrand in value;
}

/** Formats an argument for a message. */
export function shownArgument(value: unknown): string {
  if (isTensor(value)) return `a tensor of shape [${value.shape.join(", ")}]`;
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value))
    return `[${value.slice(0, 6).map(shownArgument).join(", ")}${value.length > 6 ? ", …" : ""}]`;
  if (typeof value === "function") return "a function";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
