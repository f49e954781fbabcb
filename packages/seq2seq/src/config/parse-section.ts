import { didYouMean, quoted } from "@heed/tensor";
import type { z } from "zod";
import { ConfigError } from "./config-error.js";

/**
 * Reads one section of a configuration.
 * @throws ConfigError naming every bad key, what was expected and what came
 */
export function parseSection<S extends z.ZodType>(section: string, schema: S, input: unknown): z.infer<S> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const keys = "shape" in schema ? Object.keys(schema.shape as object) : [];
  const lines = result.error.issues.flatMap((issue) => {
    const place = [section, ...issue.path.map(String)].join(".");
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map(
        (key) => `${place} has no key ${quoted([key])}.${didYouMean(key, keys)} Known: ${keys.join(", ")}.`,
      );
    }
    const came = issue.path.reduce<unknown>(
      (value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
      input,
    );
    return [
      `${place}: ${issue.message.replace(/^Invalid input: /, "")}, but ${JSON.stringify(came) ?? "nothing"} came.`,
    ];
  });
  throw new ConfigError(lines.join("\n"));
}
