import { use } from "@heed/tensor";
import { assertClose, type Check, CheckError } from "@heed/tensor/testing";
import type { NormalizerDefinition } from "../normalizer.js";
import { checkAllGradients, resultsOf } from "./normalizer-gradients.js";
import {
  checkAlone,
  checkEmptyRow,
  checkLeaks,
  checkMasked,
  checkOrder,
  checkPadding,
  checkPermutation,
  checkSums,
  checkWeights,
} from "./normalizer-properties.js";
import {
  makeNormalizerTrial,
  type NormalizerSample,
  type NormalizerTrial,
  normalizerSizes,
} from "./normalizer-trial.js";
import { inF64, type KitOptions, type Place, placesInF32 } from "./precision.js";
import { runSmallest } from "./smallest-failure.js";

/**
 * The checks that a normalizer must pass. It says what it is. Weights are finite, within [0, 1], and sum to 1 (unless
 * `sumsToOne` is false), also for scores far apart, far from 0, all alike, or of several heads. Masked keys weigh exactly 0,
 * and their scores never matter, nor does padding. Nothing to attend gives 0, and never NaN, also in gradients. Permuting the
 * keys permutes the weights; rows do not affect each other; a higher score never weighs less; nothing leaks. Gradients agree
 * with central differences, or, with `exactGradient: false`, exist and are finite.
 *
 * They run in f64, for rows of 1 to 65 scores; then in f32, and on each given backend, where the results must be those of f64.
 *
 * A check that fails states what broke, and the smallest sizes that show it, with scores and weights. The backend of the
 * check is in use afterwards.
 *
 * @param options.backends - backends on which the checks are repeated, by name
 * @example
 * for (const check of normalizerChecks(myNormalizer)) test(check.name, check.run);
 */
export function normalizerChecks(normalizer: NormalizerDefinition, options: KitOptions = {}): Check[] {
  const properties: Readonly<Record<string, (trial: NormalizerTrial) => Promise<void>>> = {
    "weights are finite, within [0, 1]": checkWeights,
    ...(normalizer.sumsToOne === false ? {} : { "weights sum to 1": checkSums }),
    "masked keys weigh 0 and never matter": checkMasked,
    "padding never matters": checkPadding,
    "nothing to attend gives 0, and no gradient": checkEmptyRow,
    "permuting the keys permutes the weights": checkPermutation,
    "rows and calls do not affect each other": checkAlone,
    "a higher score never weighs less": checkOrder,
    "nothing leaks": checkLeaks,
  };
  const { name } = normalizer;
  const checksIn = (place: Place): Check[] => {
    const all = place.exact
      ? { ...properties, [gradientProperty(normalizer)]: checkAllGradients }
      : { ...properties, "results are those of f64": (trial: NormalizerTrial) => assertAgreement(trial, place) };
    return Object.entries(all).map(([property, check]) => ({
      name: `${name}${place.suffix}: ${property}`,
      run: async () => {
        for (const sample of normalizerSizes) await runProperty(normalizer, sample, place, check);
      },
    }));
  };
  return [
    { name: `${name}: says what it is`, run: async () => checkDescription(normalizer) },
    ...[inF64, ...placesInF32(options)].flatMap(checksIn),
  ];
}

function gradientProperty({ exactGradient }: NormalizerDefinition): string {
  return exactGradient === false ? "gradients exist and are finite" : "gradients agree with central differences";
}

function runProperty(
  normalizer: NormalizerDefinition,
  sizes: NormalizerSample,
  place: Place,
  check: (trial: NormalizerTrial) => Promise<void>,
): Promise<void> {
  const trialOf = async (sample: NormalizerSample): Promise<NormalizerTrial> => {
    await use(place.create());
    return makeNormalizerTrial(normalizer, sample, place);
  };
  return runSmallest<NormalizerSample>({
    sizes,
    tied: [],
    run: async (sample) => check(await trialOf(sample)),
    show: async (sample) => {
      const { scores, mask } = await trialOf(sample);
      return { scores, weights: normalizer.normalize(scores, null), mask, masked: normalizer.normalize(scores, mask) };
    },
  });
}

/** Compares weights and gradient in f32 with those in f64. */
async function assertAgreement(trial: NormalizerTrial, place: Place): Promise<void> {
  const actual = await resultsOf(trial);
  await use(inF64.create());
  const expected = await resultsOf(makeNormalizerTrial(trial.normalizer, trial.sample, inF64));
  for (const [what, value] of Object.entries(expected))
    assertClose(`${what}${place.suffix}, against f64`, actual[what]!, value, 1e-4);
}

function checkDescription({ name, formula, reference }: NormalizerDefinition): void {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    throw new CheckError(`the name "${name}" must be in kebab case, such as "top-k".`);
  if (!formula?.trim()) throw new CheckError(`${name}: the formula is empty; write the weight of a score e.`);
  if (!reference?.trim()) throw new CheckError(`${name}: the reference is empty; name the paper and equation.`);
}
