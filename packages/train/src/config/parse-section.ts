import { didYouMean, quoted } from "@heed/core";
import type * as z from "zod";
import { ConfigError, type ConfigIssue } from "./config-error.js";

/**
 * Reads one section of a configuration.
 *
 * @param section - its key; empty for the whole configuration
 * @throws ConfigError naming every bad key, what was expected and what came
 */
export function parseSection<S extends z.ZodType>(section: string, schema: S, input: unknown): z.infer<S> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const keys = "shape" in schema ? Object.keys(schema.shape as object) : [];
  throw new ConfigError(
    result.error.issues.flatMap((issue): ConfigIssue[] => {
      const path = [section, ...issue.path.map(String)].filter((key) => key !== "").join(".");
      const place = path === "" ? "The configuration" : path;
      if (issue.code === "unrecognized_keys") {
        return issue.keys.map((key) => ({
          path: path === "" ? key : `${path}.${key}`,
          message: `${place} has no key ${quoted([key])}.${didYouMean(key, keys)} Known: ${keys.join(", ")}.`,
        }));
      }
      if (issue.code === "custom") return [{ path, message: `${place}: ${issue.message}.` }];
      const came = issue.path.reduce<unknown>(
        (value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
        input,
      );
      return [
        {
          path,
          message: `${place} ${rule(issue, isTuple(schema, issue.path))}, but ${shown(came)} came.${meant(issue, came)}`,
        },
      ];
    }),
  );
}

const kinds: Readonly<Record<string, string>> = {
  int: "a whole number",
  number: "a number",
  string: "text",
  boolean: "true or false",
  object: "keys and values",
  record: "keys and values",
  array: "a list",
  tuple: "a list",
};

/** What a value must be, to be put after its key. */
function rule(issue: z.core.$ZodIssue, tuple: boolean): string {
  switch (issue.code) {
    case "invalid_type":
      // A number that is none, or none that ends: the only ones that the schema refuses.
      if ("received" in issue && issue.expected === "number") return "must be a finite number";
      return `must be ${kinds[issue.expected] ?? issue.expected}`;
    case "too_small":
      if (issue.origin === "array") return values(issue.minimum, "at least", tuple);
      return `must be ${issue.inclusive ? "at least" : "greater than"} ${issue.minimum}`;
    case "too_big":
      if (issue.origin === "array") return values(issue.maximum, "at most", tuple);
      return `must be ${issue.inclusive ? "at most" : "less than"} ${issue.maximum}`;
    case "invalid_value":
      return `must be ${issue.values.length === 1 ? "" : "one of "}${quoted(issue.values.map(String))}`;
    default:
      return `is not right (${issue.message})`;
  }
}

/** How many values a list must have. A tuple has exactly one length. */
function values(count: number | bigint, limit: string, tuple: boolean): string {
  return `must have ${tuple ? "" : `${limit} `}${count} ${Number(count) === 1 ? "value" : "values"}`;
}

/** Tells whether the schema of a key is a tuple. */
function isTuple(schema: z.ZodType, path: readonly PropertyKey[]): boolean {
  let inner: unknown = schema;
  for (const key of path)
    inner = unwrapped((inner as { shape?: Record<PropertyKey, unknown> } | undefined)?.shape?.[key]);
  return inner !== undefined && (inner as z.ZodType).def.type === "tuple";
}

/** The schema below defaults and the like. */
function unwrapped(schema: unknown): unknown {
  const inner = (schema as { def?: { innerType?: unknown } } | undefined)?.def?.innerType;
  return inner === undefined ? schema : unwrapped(inner);
}

function meant(issue: z.core.$ZodIssue, came: unknown): string {
  return issue.code === "invalid_value" && typeof came === "string" ? didYouMean(came, issue.values.map(String)) : "";
}

/** A value as somebody wrote it; JSON has no word for `Infinity`. */
function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}
