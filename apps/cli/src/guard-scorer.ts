import type { Scorer } from "@heed/attention";
import { HeedError } from "@heed/core";

/** The functions that a scorer may have. */
const functions = ["params", "prepare", "score", "remember"] as const;

/** Wraps a scorer from a file: its errors name the file and the function, because they are not faults of heed. */
export function guardScorer(scorer: Scorer, path: string): Scorer {
  const guarded = functions.flatMap((key) => {
    const call = scorer[key] as ((...args: unknown[]) => unknown) | undefined;
    if (call === undefined) return [];
    const guard = (...args: unknown[]): unknown => {
      try {
        return call.apply(scorer, args);
      } catch (error) {
        const what = error instanceof Error ? error.message : String(error);
        throw new HeedError(`${path}, ${key} of the scorer ${scorer.name}: ${what}`, { cause: error });
      }
    };
    return [[key, guard] as const];
  });
  return { ...scorer, ...Object.fromEntries(guarded) };
}
