import { HeedError } from "@heed/core";
import type { Run } from "../run/run.js";

/**
 * Checks that runs can translate together.
 *
 * @param owner - the function that is called
 * @returns the runs, at least one
 * @throws HeedError when there is no run, or the vocabularies of a side differ
 */
export function checkRuns(owner: string, runs: Run | readonly Run[]): readonly [Run, ...Run[]] {
  const [first, ...others] = Array.isArray(runs) ? (runs as readonly Run[]) : [runs as Run];
  if (!first) throw new HeedError(`${owner}: expected at least one run, got none.`);
  for (const [i, other] of others.entries()) {
    for (const side of ["source", "target"] as const) {
      const [a, b] = [first[`${side}Tokenizer`].vocabulary.tokens, other[`${side}Tokenizer`].vocabulary.tokens];
      const at = a.findIndex((token, id) => token !== b[id]);
      if (at < 0 && a.length === b.length) continue;
      const difference =
        a.length === b.length
          ? `token ${at} is ${JSON.stringify(a[at])} in model 1 and ${JSON.stringify(b[at])} in model ${i + 2}`
          : `model 1 has ${a.length} tokens and model ${i + 2} has ${b.length}`;
      throw new HeedError(
        `${owner}: all models of an ensemble need the same ${side} vocabulary, but ${difference}. Train them on the same data with the same tokenizers.`,
      );
    }
  }
  return [first, ...others];
}
