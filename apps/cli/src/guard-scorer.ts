import type { Scorer } from "@heed/attention";
import { HeedError } from "@heed/core";

/** The functions of a scorer. */
const functions = ["params", "prepare", "score", "remember", "decodeGru"] as const;

/** The scorer of a file, whose errors say the file and the function: they are its author's, and no faults of heed. */
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
