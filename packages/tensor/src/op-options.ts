import { didYouMean, OptionError, quoted, type Random } from "@heed/core";
import { isTensor } from "./tensor.js";

/**
 * What an option of an operation holds: `axes` is an integer or a list of integers, `integers` a list of integers, `random` a
 * generator, and a list of names stands for one of them; with `integerOr` it may also be an integer.
 */
export type OptionKind =
  | "integer"
  | "number"
  | "boolean"
  | "integers"
  | "axes"
  | "random"
  | readonly string[]
  | { readonly integerOr: readonly string[] };

/** The kinds that describe a value of type `V`. */
type KindOf<V> = [V] extends [boolean]
  ? "boolean"
  : [V] extends [string]
    ? readonly V[]
    : [V] extends [number]
      ? "integer" | "number"
      : [V] extends [string | number]
        ? { readonly integerOr: readonly Extract<V, string>[] }
        : [V] extends [Random]
          ? "random"
          : "integers" | "axes";

/**
 * Describes each option of the type `P`: `{ axis: "integer", "keepDims?": "boolean" }`. A `?` marks options that may be left
 * out. The compiler reports an option that is missing here, or that `P` does not have.
 */
export type OptionKinds<P> = {
  readonly [K in Extract<keyof P, string> as Record<never, never> extends Pick<P, K> ? `${K}?` : K]-?: KindOf<
    Exclude<P[K], undefined>
  >;
};

/** The `options` of a definition, which an operation without options leaves out. */
export type DeclaredOptions<P> = [keyof P] extends [never]
  ? { readonly options?: undefined }
  : { readonly options: OptionKinds<P> };

/** Options of an operation, ready to be checked. */
export interface OptionRules {
  readonly kinds: ReadonlyMap<string, OptionKind>;
  readonly required: readonly string[];
}

/** Reads the options of a definition. */
export function optionRules(options: Readonly<Record<string, OptionKind>> = {}): OptionRules {
  const entries = Object.entries(options);
  return {
    kinds: new Map(entries.map(([key, kind]) => [key.replace("?", ""), kind])),
    required: entries.map(([key]) => key).filter((key) => !key.endsWith("?")),
  };
}

/** What an operation gets when no options are given. */
const noOptions = Object.freeze({});

/**
 * Checks the options of a call.
 *
 * @param call - the call without options, such as `sum(x`, for messages
 * @throws OptionError when an option is unknown, missing, or holds something else
 */
export function checkOptions(op: string, call: readonly string[], rules: OptionRules, options: unknown): object {
  const { kinds, required } = rules;
  const given = options ?? noOptions;
  if (typeof given !== "object" || Array.isArray(given) || isTensor(given)) {
    throw new OptionError(notOptions(op, call, rules, given), undefined);
  }
  const values = given as Readonly<Record<string, unknown>>;
  for (const key in values) {
    const kind = kinds.get(key);
    if (kind === undefined) throw new OptionError(unknownOption(op, key, [...kinds.keys()]), key);
    const value = values[key];
    if (fits(kind, value) || (value === undefined && !required.includes(key))) continue;
    throw new OptionError(`${op}: ${key} must be ${noun(kind)}, got ${shown(value)}.`, key);
  }
  for (let i = 0; i < required.length; i++) {
    const key = required[i]!;
    if (values[key] !== undefined) continue;
    throw new OptionError(
      `${op}: the option ${key} is missing; it must be ${noun(kinds.get(key)!)}. Write ${written(op, call, key)}.`,
      key,
    );
  }
  return given;
}

function fits(kind: OptionKind, value: unknown): boolean {
  switch (kind) {
    case "integer":
      return Number.isSafeInteger(value);
    case "number":
      return typeof value === "number";
    case "boolean":
      return typeof value === "boolean";
    case "axes":
      return Number.isSafeInteger(value) || areIntegers(value);
    case "integers":
      return areIntegers(value);
    case "random":
      return isRandom(value);
    default:
      if ("integerOr" in kind) return Number.isSafeInteger(value) || kind.integerOr.includes(value as string);
      return kind.includes(value as string);
  }
}

/** Returns whether a value is a generator of random numbers, of this or another copy of `@heed/core`. */
function isRandom(value: unknown): value is Random {
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
    boolean: "true or false",
    integers: "a list of integers",
    axes: "an integer or a list of integers",
    random: "a Random, such as new Random(1)",
  };
  return nouns[kind];
}

function unknownOption(op: string, key: string, known: readonly string[]): string {
  const has = known.length > 0 ? `Known: ${known.join(", ")}.` : "It has no options.";
  return `${op}: there is no option ${quoted([key])}.${didYouMean(key, known)} ${has}`;
}

/** A message for `sum(x, 1)`, which shows how to write it. */
function notOptions(op: string, call: readonly string[], { kinds }: OptionRules, given: unknown): string {
  if (kinds.size === 0) return `${op}: expected no options, got ${shown(given)}. Write ${op}(${call.join(", ")}).`;
  const option = Array.from(kinds).find(([, kind]) => fits(kind, given))?.[0];
  const example = written(op, call, option ?? [...kinds.keys()][0]!, option === undefined ? "…" : shown(given));
  return `${op}: expected an object with options, got ${shown(given)}. Write ${example}.`;
}

function written(op: string, call: readonly string[], key: string, value = "…"): string {
  return `${op}(${[...call, `{ ${key}: ${value} }`].join(", ")})`;
}

/** Formats a value for a message. */
export function shown(value: unknown): string {
  if (isTensor(value)) return `a tensor of shape [${value.shape.join(", ")}]`;
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.slice(0, 6).map(shown).join(", ")}${value.length > 6 ? ", …" : ""}]`;
  if (typeof value === "function") return "a function";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
