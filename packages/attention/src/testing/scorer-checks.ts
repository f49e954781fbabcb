import { cpu, use } from "@heed/tensor";
import { type Check, CheckError } from "@heed/tensor/testing";
import type { Scorer } from "../scorer.js";
import {
  checkAllGradients,
  checkDecodeGru,
  checkEmptyRow,
  checkMaskedKeys,
  checkOneByOne,
  checkPermutation,
  checkRoundTrip,
  checkShapes,
  checkSums,
} from "./scorer-properties.js";
import { makeTrial, type Trial } from "./scorer-trial.js";

/**
 * The checks that a scorer must pass, for each of its samples: shapes; gradients for query, keys and every parameter;
 * permuting the keys permutes the scores; masked keys never matter; weights sum to 1; a row with nothing to attend gives
 * 0; one query at a time equals all at once; saving and loading changes nothing; a GRU decoder at once equals its steps, in
 * values and gradients; a reference is given.
 *
 * @example
 * for (const check of scorerChecks(myScorer)) test(check.name, check.run);
 */
export function scorerChecks(scorer: Scorer): Check[] {
  const checks: Check[] = [{ name: `${scorer.name}: gives a reference`, run: async () => checkReference(scorer) }];
  const properties: Readonly<Record<string, (trial: Trial) => Promise<void>>> = {
    "the scores are [b, q, k]": checkShapes,
    "gradients agree with central differences": checkAllGradients,
    "permuting the keys permutes the scores": checkPermutation,
    "masked keys never matter": checkMaskedKeys,
    "weights sum to 1": checkSums,
    "nothing to attend gives weights and context 0": checkEmptyRow,
    "one query at a time equals all at once": checkOneByOne,
    "saving and loading changes nothing": checkRoundTrip,
    ...(scorer.decodeGru ? { "a GRU decoder at once equals its steps": checkDecodeGru } : {}),
  };
  scorer.samples.forEach((sample, index) => {
    for (const [property, check] of Object.entries(properties)) {
      checks.push({
        name: `${scorer.name}, sample ${index + 1}: ${property}`,
        run: async () => {
          await use(cpu({ precision: "f64" }));
          await check(makeTrial(scorer, sample));
        },
      });
    }
  });
  return checks;
}

function checkReference(scorer: Scorer): void {
  if (scorer.reference.trim() === "")
    throw new CheckError(`${scorer.name}: the reference is empty; name the paper and equation.`);
}
