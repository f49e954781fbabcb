import { cpu, use } from "@heed/tensor";
import { type Check, CheckError } from "@heed/tensor/testing";
import type { Normalizer } from "../normalizer.js";
import {
  checkAllGradients,
  checkAlone,
  checkEmptyRow,
  checkMasked,
  checkOrder,
  checkPadding,
  checkPermutation,
  checkSums,
  checkWeights,
} from "./normalizer-properties.js";
import { makeNormalizerTrial, type NormalizerSample, type NormalizerTrial } from "./normalizer-trial.js";
import { runSmallest } from "./smallest-failure.js";

/**
 * The checks that a normaliser must pass. It says what it is; weights are finite, within [0, 1], and sum to 1 (unless it says
 * otherwise), also for scores far apart, all alike, or of several heads; masked keys weigh exactly 0, and nothing of them
 * matters, nor does padding; nothing to attend gives 0, and never NaN, also in gradients; permuting the keys permutes the
 * weights; each row stands for itself; a higher score never weighs less; gradients agree with central differences.
 *
 * A check that fails says what broke, and the smallest sizes that show it, with what went in and came out. The reference
 * backend is in use afterwards.
 *
 * @example
 * for (const check of normalizerChecks(myNormalizer)) test(check.name, check.run);
 */
export function normalizerChecks(normalizer: Normalizer): Check[] {
  const properties: Readonly<Record<string, (trial: NormalizerTrial) => Promise<void>>> = {
    "weights are finite, within [0, 1]": checkWeights,
    ...(normalizer.sumsToOne === false ? {} : { "weights sum to 1": checkSums }),
    "masked keys weigh 0 and never matter": checkMasked,
    "padding never matters": checkPadding,
    "nothing to attend gives 0, and no gradient": checkEmptyRow,
    "permuting the keys permutes the weights": checkPermutation,
    "each row and each call stands for itself": checkAlone,
    "a higher score never weighs less": checkOrder,
    "gradients agree with central differences": checkAllGradients,
  };
  return [
    { name: `${normalizer.name}: says what it is`, run: async () => checkDescription(normalizer) },
    ...Object.entries(properties).map(([property, check]) => ({
      name: `${normalizer.name}: ${property}`,
      run: () => runProperty(normalizer, check),
    })),
  ];
}

function runProperty(normalizer: Normalizer, check: (trial: NormalizerTrial) => Promise<void>): Promise<void> {
  const trialOf = async (sample: NormalizerSample): Promise<NormalizerTrial> => {
    await use(cpu({ precision: "f64" }));
    return makeNormalizerTrial(normalizer, sample);
  };
  return runSmallest<NormalizerSample>({
    sizes: { b: 2, q: 3, k: 5 },
    tied: [],
    run: async (sample) => check(await trialOf(sample)),
    show: async (sample) => {
      const { scores, mask } = await trialOf(sample);
      return { scores, weights: normalizer.normalize(scores, null), mask, masked: normalizer.normalize(scores, mask) };
    },
  });
}

function checkDescription({ name, formula, reference }: Normalizer): void {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    throw new CheckError(`the name "${name}" must be in kebab case, such as "top-k".`);
  if (!formula?.trim()) throw new CheckError(`${name}: the formula is empty; write the weight of a score e.`);
  if (!reference?.trim()) throw new CheckError(`${name}: the reference is empty; name the paper and equation.`);
}
