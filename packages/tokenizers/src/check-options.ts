import { didYouMean, quoted } from "@heed/core";
import { TokenizerError } from "./tokenizer-error.js";

/** Options of a tokenizer, by name. */
export type TokenizerOptions = Readonly<Record<string, unknown>>;

/** What an option of a tokenizer accepts. */
export interface TokenizerOption {
  readonly type: "string" | "boolean" | "integer" | "number";
  /** The value when the option is not given; an option without a default then has no value. */
  readonly default?: string | boolean | number | undefined;
  /** The smallest number. */
  readonly minimum?: number | undefined;
  /** One line for lists and docs. */
  readonly meaning: string;
  /** Returns a sentence that says what is wrong with a value of the right type; `undefined` when it is right. */
  readonly fault?: ((value: unknown) => string | undefined) | undefined;
}

/** What {@link checkOptions} needs of a definition. */
interface OptionSpecs {
  readonly name: string;
  readonly options: Readonly<Record<string, TokenizerOption>>;
}

const kinds = { string: "text", boolean: "true or false", integer: "an integer", number: "a number" } as const;

/**
 * Checks the options of a tokenizer and adds the defaults.
 *
 * @param definition - the tokenizer's definition
 * @param given - the options that differ from the defaults; `undefined` counts as not given
 * @throws TokenizerError when an option is unknown (suggests a name) or has a wrong value; its `option` is the name
 * @example
 * checkOptions(wordTokenizer, { locale: "ko" }); // { locale: "ko", minFrequency: 2 }
 */
export function checkOptions({ name, options }: OptionSpecs, given: unknown = {}): TokenizerOptions {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new TokenizerError(
      `The options of the tokenizer ${quoted([name])} must be keys and values, got ${JSON.stringify(given)}.`,
    );
  }
  const values = given as TokenizerOptions;
  for (const [option, value] of Object.entries(values)) {
    const spec = Object.hasOwn(options, option) ? options[option] : undefined;
    if (spec === undefined) {
      const known = Object.keys(options);
      const has = known.length > 0 ? `Known: ${known.join(", ")}.` : "It has none.";
      throw new TokenizerError(
        `The tokenizer ${quoted([name])} has no option ${quoted([option])}.${didYouMean(option, known)} ${has}`,
        { option },
      );
    }
    const fault =
      value === undefined ? undefined : faultOf(spec, value, `The option ${option} of the tokenizer ${name}`);
    if (fault !== undefined) throw new TokenizerError(fault, { option });
  }
  return Object.fromEntries(
    Object.entries(options)
      .map(([option, spec]) => [option, values[option] ?? spec.default] as const)
      .filter(([, value]) => value !== undefined),
  );
}

function faultOf({ type, minimum, fault }: TokenizerOption, value: unknown, subject: string): string | undefined {
  const wanted = type === "integer" ? "number" : type;
  const fits = typeof value === wanted && (type !== "integer" || Number.isInteger(value));
  const inRange = minimum === undefined || (value as number) >= minimum;
  if (fits && inRange) return fault?.(value);
  const limit = minimum === undefined ? "" : ` of at least ${minimum}`;
  const shown = typeof value === "number" ? String(value) : JSON.stringify(value);
  return `${subject} must be ${kinds[type]}${limit}, got ${shown}.`;
}
