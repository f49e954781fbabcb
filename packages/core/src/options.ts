import { HeedError } from "./heed-error.js";
import { didYouMean, quoted, shownJson } from "./names.js";

/** Values of options, by name. */
export type OptionValues = Readonly<Record<string, unknown>>;

/** What an option of an extension accepts. */
export interface OptionSpec {
  /** `numbers` is a list of numbers. */
  readonly type: "string" | "boolean" | "integer" | "number" | "numbers";
  /** The value when the option is not given; an option without a default then has no value. */
  readonly default?: string | boolean | number | readonly number[] | undefined;
  /** The smallest number that is accepted. */
  readonly minimum?: number | undefined;
  /** The largest number that is accepted. */
  readonly maximum?: number | undefined;
  /** Numbers must be greater than this one. */
  readonly above?: number | undefined;
  /** Numbers must be less than this one. */
  readonly below?: number | undefined;
  /** Length of the list, for the type `numbers`. Default: any length. */
  readonly length?: number | undefined;
  /** The texts that are accepted; default: all. */
  readonly choices?: readonly string[] | undefined;
  /** One line for lists and docs. */
  readonly meaning: string;
  /**
   * Returns a sentence that says what is wrong with a value of the right type; `undefined` when it is right.
   * @param values - all options, with defaults
   */
  readonly fault?: ((value: unknown, values: OptionValues) => string | undefined) | undefined;
}

/** Describes each option of `O`. */
export type OptionSpecs<O = OptionValues> = { readonly [K in keyof O]-?: OptionSpec };

/** An option is unknown, or has a wrong value. */
export class OptionError extends HeedError {
  override name = "OptionError";

  constructor(
    message: string,
    /** The option; `undefined` when the options are not an object. */
    readonly option: string | undefined,
  ) {
    super(message);
  }
}

const nouns = {
  string: "text",
  boolean: "true or false",
  integer: "an integer",
  number: "a number",
  numbers: "a list of numbers",
} as const;

/**
 * Checks the options of an extension and adds the defaults.
 *
 * @param kind - the noun for messages, such as `tokenizer`
 * @param owner - the extension
 * @param given - the options that differ from the defaults; `undefined` counts as not given
 * @throws OptionError when an option is unknown (suggests a name) or has a wrong value; its `option` is the name
 * @example
 * checkOptions("tokenizer", wordTokenizer, { locale: "ko" }); // { locale: "ko", minFrequency: 2 }
 */
export function checkOptions<O = OptionValues>(
  kind: string,
  { name, options }: { readonly name: string; readonly options: OptionSpecs<O> },
  given: unknown = {},
): O {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new OptionError(
      `The options of the ${kind} ${quoted([name])} must be keys and values, got ${shown(given)}.`,
      undefined,
    );
  }
  const specs: Readonly<Record<string, OptionSpec>> = options;
  const values = given as OptionValues;
  for (const [option, value] of Object.entries(values)) {
    const spec = Object.hasOwn(specs, option) ? specs[option] : undefined;
    if (spec === undefined) {
      const known = Object.keys(specs);
      const has = known.length > 0 ? `Known: ${known.join(", ")}.` : "It has none.";
      throw new OptionError(
        `The ${kind} ${quoted([name])} has no option ${quoted([option])}.${didYouMean(option, known)} ${has}`,
        option,
      );
    }
    const subject = `The option ${option} of the ${kind} ${name}`;
    const fault = value === undefined ? undefined : faultOfValue(spec, value, subject);
    if (fault !== undefined) throw new OptionError(fault, option);
  }
  const chosen = withDefaults(specs, values);
  for (const [option, value] of Object.entries(chosen)) {
    const fault = specs[option]!.fault?.(value, chosen);
    if (fault !== undefined) throw new OptionError(fault, option);
  }
  return chosen as O;
}

/** Returns all options that have a value: the given ones, and the defaults of the others. */
export function withDefaults(specs: Readonly<Record<string, OptionSpec>>, values: OptionValues): OptionValues {
  return Object.fromEntries(
    Object.entries(specs)
      .map(([option, spec]) => [option, values[option] ?? spec.default] as const)
      .filter(([, value]) => value !== undefined),
  );
}

/** Returns a sentence that says what is wrong with a value by its type and limits; `undefined` when they fit. */
export function faultOfValue(spec: OptionSpec, value: unknown, subject: string): string | undefined {
  return accepts(spec, value) ? undefined : `${subject} must be ${wanted(spec)}, got ${shown(value)}.`;
}

function accepts(spec: OptionSpec, value: unknown): boolean {
  const { type, length, choices } = spec;
  if (type === "boolean") return typeof value === "boolean";
  if (type === "string") return typeof value === "string" && (choices?.includes(value) ?? true);
  if (type !== "numbers") return isInRange(spec, value);
  if (!Array.isArray(value) || value.length !== (length ?? value.length)) return false;
  return value.every((number) => isInRange(spec, number));
}

function isInRange(spec: OptionSpec, value: unknown): boolean {
  const { minimum = -Infinity, maximum = Infinity, above = -Infinity, below = Infinity } = spec;
  if (!(spec.type === "integer" ? Number.isSafeInteger(value) : Number.isFinite(value))) return false;
  const number = value as number;
  return number >= minimum && number <= maximum && number > above && number < below;
}

function wanted({ type, minimum, maximum, above, below, length, choices }: OptionSpec): string {
  if (choices) return `one of ${quoted(choices)}`;
  const noun = type === "numbers" && length !== undefined ? `a list of ${length} numbers` : nouns[type];
  const lower = minimum === undefined ? above !== undefined && `above ${above}` : `of at least ${minimum}`;
  const upper = maximum === undefined ? below !== undefined && `below ${below}` : `of at most ${maximum}`;
  const limits = [lower, upper].filter((limit) => limit !== false).join(" and ");
  return limits === "" ? noun : `${noun} ${limits}`;
}

/** Formats a value for a message. */
export function shown(value: unknown): string {
  if (typeof value === "number" || typeof value === "bigint" || value === undefined) return String(value);
  if (typeof value === "function") return value.name === "" ? "a function" : `the function ${value.name}`;
  if (typeof value === "symbol") return value.toString();
  return shownJson(value);
}
