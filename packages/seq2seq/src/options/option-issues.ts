import { didYouMean, quoted } from "@heed/core";
import type * as z from "zod/mini";
import type { OptionIssue } from "./option-error.js";

/** How the messages of {@link optionIssues} name what they are about. */
export interface OptionNames {
  /** The key of the checked value, such as `training`; it is put before each path. Default: none. */
  readonly section?: string;
  /** The name of the checked value when the section is empty, such as `The configuration`. */
  readonly whole: string;
  /** The noun for a key. Default: `key`. */
  readonly noun?: string;
  /** Further keys to suggest for an unknown one. */
  readonly suggestions?: readonly string[];
  /** Sentences for a key that is among `suggestions`, in place of a suggestion: why it is unknown, and what to do. */
  readonly whySuggested?: string;
}

/**
 * Describes the faults that a schema finds, in heed's words.
 *
 * @param issues - of `safeParse`
 * @param input - the value that was checked
 */
export function optionIssues(
  schema: z.core.$ZodType,
  issues: readonly z.core.$ZodIssue[],
  input: unknown,
  { section = "", whole, noun = "key", suggestions = [], whySuggested }: OptionNames,
): OptionIssue[] {
  return issues.flatMap((issue): OptionIssue[] => {
    const path = [section, ...issue.path.map(String)].filter((key) => key !== "").join(".");
    const place = path === "" ? whole : path;
    if (issue.code === "unrecognized_keys") {
      const known = Object.keys(shapeOf(leafOf(schema, issue.path)) ?? {});
      return issue.keys.map((key) => {
        const hint =
          whySuggested !== undefined && suggestions.includes(key)
            ? ` ${whySuggested}`
            : didYouMean(shortened(key), [...known, ...suggestions]);
        return {
          path: path === "" ? key : `${path}.${key}`,
          message: `${place} has no ${noun} ${quoted([shortened(key)])}.${hint} Known: ${known.join(", ")}.`,
        };
      });
    }
    if (issue.code === "custom") return [{ path, message: `${place}: ${issue.message}.` }];
    const received = issue.path.reduce<unknown>(
      (value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
      input,
    );
    if (issue.code === "invalid_union") {
      const [only] = fitting(issue.errors);
      if (only) {
        const deeper = only.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
        return optionIssues(schema, deeper, input, {
          section,
          whole,
          noun,
          suggestions,
          ...(whySuggested !== undefined && { whySuggested }),
        });
      }
    }
    const rule = ruleOf(issue, leafOf(schema, issue.path));
    return [{ path, message: `${place} ${rule}, got ${shown(received)}.${meant(issue, received)}` }];
  });
}

/** Of the branches of a union, the one whose type the value has, if there is one. A list of names is no type of its own. */
function fitting(branches: readonly (readonly z.core.$ZodIssue[])[]): (readonly z.core.$ZodIssue[])[] {
  const fit = branches.filter(
    (issues) =>
      !issues.some(({ code, path }) => (code === "invalid_type" || code === "invalid_value") && path.length === 0),
  );
  return fit.length === 1 ? fit : [];
}

const kinds: Readonly<Record<string, string>> = {
  int: "an integer",
  number: "a number",
  string: "a string",
  boolean: "true or false",
  object: "an object with keys",
  record: "an object with keys",
  array: "a list",
  tuple: "a list",
};

/** What a value must be, to be put after its key. */
function ruleOf(issue: z.core.$ZodIssue, schema: unknown): string {
  const type = defOf(schema)?.type;
  switch (issue.code) {
    case "invalid_type": {
      // `NaN` and `Infinity` are the numbers that a schema refuses.
      if ("received" in issue && issue.expected === "number") return "must be a finite number";
      const isInteger = defOf(schema)?.format === "safeint";
      return `must be ${kinds[isInteger ? "int" : issue.expected] ?? issue.expected}`;
    }
    case "too_small":
      if (issue.origin === "array") return lengthRule(issue.minimum, "at least", type === "tuple");
      return `must be ${issue.inclusive ? "at least" : "greater than"} ${issue.minimum}`;
    case "too_big":
      if (issue.origin === "array") return lengthRule(issue.maximum, "at most", type === "tuple");
      return `must be ${issue.inclusive ? "at most" : "less than"} ${issue.maximum}`;
    case "invalid_value":
      return `must be ${issue.values.length === 1 ? "" : "one of "}${quoted(issue.values.map(String))}`;
    case "invalid_union": {
      const types = issue.errors.flatMap(([first]) => (first?.code === "invalid_type" ? [first.expected] : []));
      return `must be ${[...new Set(types.map((name) => kinds[name] ?? name))].join(" or ")}`;
    }
    case "invalid_format":
      return issue.pattern === undefined ? `must have the format ${issue.format}` : `must match ${issue.pattern}`;
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    default:
      return `is not valid (${issue.message})`;
  }
}

/** The number of values that a list must have. A tuple has exactly one length. */
function lengthRule(count: number | bigint, limit: string, tuple: boolean): string {
  return `must have ${tuple ? "" : `${limit} `}${count} ${Number(count) === 1 ? "value" : "values"}`;
}

type Shape = Readonly<Record<PropertyKey, unknown>>;

interface SchemaDefinition {
  readonly type?: string;
  readonly format?: string;
  readonly innerType?: unknown;
  readonly shape?: Shape;
  /** The branches of a union. */
  readonly options?: readonly unknown[];
}

function defOf(schema: unknown): SchemaDefinition | undefined {
  return (schema as z.core.$ZodType | undefined)?._zod.def as SchemaDefinition | undefined;
}

/** The keys of an object schema; those of the branch with keys, for a union. */
function shapeOf(schema: unknown): Shape | undefined {
  const { shape, options } = defOf(schema) ?? {};
  return shape ?? options?.map(shapeOf).find((each) => each !== undefined);
}

/** The schema of a key, without defaults and the like. */
function leafOf(schema: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((inner, key) => unwrapped(shapeOf(inner)?.[key]), unwrapped(schema));
}

function unwrapped(schema: unknown): unknown {
  const inner = defOf(schema)?.innerType;
  return inner === undefined ? schema : unwrapped(inner);
}

function meant(issue: z.core.$ZodIssue, received: unknown): string {
  if (issue.code !== "invalid_value" || typeof received !== "string") return "";
  return didYouMean(received, issue.values.map(String));
}

/** The longest value that a message shows. */
const maxShown = 200;

/** Formats a value as in a configuration; JSON has no `Infinity`. */
function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "number") return String(value);
  return shortened(jsonOf(value));
}

function shortened(text: string): string {
  return text.length > maxShown ? `${text.slice(0, maxShown)}…` : text;
}

/** A value of any origin as JSON. */
function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // It contains itself, is nested too deeply, or has a bigint.
    return Array.isArray(value) ? "a list that is not JSON" : "a value that is not JSON";
  }
}
