import { type Tensor, use } from "@heed/tensor";
import { assertClose, type Check, CheckError } from "@heed/tensor/testing";
import { sigmoid } from "../normalizers/sigmoid.js";
import { softmax } from "../normalizers/softmax.js";
import type { Scorer, ScorerSample } from "../scorer.js";
import { inF64, type KitOptions, type Place, placesInF32 } from "./precision.js";
import { checkAllGradients, checkExtremes, checkZeros, resultsOf } from "./scorer-gradients.js";
import { checkAlone, checkInfluence, checkMemory } from "./scorer-independence.js";
import {
  checkEmptyRow,
  checkLeaks,
  checkMaskedKeys,
  checkOneByOne,
  checkPadding,
  checkPermutation,
  checkRadius,
  checkRoundTrip,
  checkScores,
  checkSums,
  checkUse,
} from "./scorer-properties.js";
import { hasTiedWidths, moreSizes } from "./scorer-sizes.js";
import { hasHeads, makeTrial, scoresOf, type Trial } from "./scorer-trial.js";
import { runSmallest } from "./smallest-failure.js";

/** A property, and where it is checked. */
interface Property {
  readonly check: (trial: Trial) => Promise<void>;
  /** Whether it is also checked with weights that are not shift-invariant, by sigmoid; default: softmax alone. */
  readonly sigmoid?: boolean;
  /** Whether it is checked at more sizes than those of the samples; default true. */
  readonly resized?: boolean;
  /** Whether it is checked in f32 as well; default true. */
  readonly inF32?: boolean;
}

/**
 * The checks that a scorer must pass. It says what it is, and one of its samples has axes that cannot be mistaken for each
 * other. Then, for each sample:
 *
 * - the scores are finite and have the shape that they should, and so has their window; every parameter and the memory count;
 * - gradients for query, keys, memory and every parameter agree with central differences;
 * - permuting the keys permutes the scores (unless the scorer is positional); a score depends on its own query and key alone;
 * - masked keys never matter, nor does padding; weights sum to 1; a window reaches `radius` steps; nothing to attend gives 0; neither this nor zeros, large or
 *   tiny values give NaN, also in gradients;
 * - one query at a time equals all at once; calls and sentences do not affect each other; saving and loading changes nothing;
 *   nothing leaks.
 *
 * They run in f64 at the sizes of the samples and at others, with one key, more queries than keys, and up to 65 keys; then in
 * f32, and on each given backend, where the results must be those of f64. Masks, padding and single queries are also checked
 * with sigmoid weights, which change when all scores are shifted.
 *
 * A check that fails states what broke, and the smallest sizes that show it, with inputs and scores. The backend of the
 * check is in use afterwards.
 *
 * @param options.backends - backends on which the checks are repeated, by name
 * @example
 * for (const check of scorerChecks(myScorer)) test(check.name, check.run);
 * for (const check of scorerChecks(myScorer, { backends: { wasm } })) test(check.name, check.run);
 */
export function scorerChecks(scorer: Scorer, options: KitOptions = {}): Check[] {
  const { name } = scorer;
  const properties: Readonly<Record<string, Property>> = {
    [`the scores are finite, ${hasHeads(scorer) ? "[b, h, q, k]" : "[b, q, k]"}`]: { check: checkScores },
    "every parameter counts": { check: checkUse, resized: false, inF32: false },
    "gradients agree with central differences": { check: checkAllGradients, inF32: false },
    ...(scorer.positional ? {} : { "permuting the keys permutes the scores": { check: checkPermutation } }),
    "a score depends on its own query and key alone": { check: checkInfluence, inF32: false },
    "masked keys never matter": { check: checkMaskedKeys, sigmoid: true },
    "padding never matters": { check: checkPadding, sigmoid: true },
    "weights sum to 1": { check: checkSums },
    ...(scorer.samples?.some(({ radius }) => radius !== undefined)
      ? { "a window reaches `radius` steps": { check: checkRadius, resized: false } }
      : {}),
    "nothing to attend gives 0, and no gradient": { check: checkEmptyRow },
    "zeros give no NaN": { check: checkZeros },
    "large and tiny values give no NaN": { check: checkExtremes },
    "one query at a time equals all at once": { check: checkOneByOne, sigmoid: true },
    "calls and sentences do not affect each other": { check: checkAlone },
    ...(scorer.remember
      ? { "the memory is [b, 1, k], and calls do not affect each other": { check: checkMemory } }
      : {}),
    "saving and loading changes nothing": { check: checkRoundTrip, resized: false },
    "nothing leaks": { check: checkLeaks },
  };
  const checksAt = (sample: ScorerSample, index: number, place: Place): Check[] => {
    const sizes = index === 0 ? [sample, ...moreSizes(sample)] : [sample];
    const at = `${name}, sample ${index + 1}${place.suffix}`;
    const checks = Object.entries(properties)
      .filter(([, { inF32 = true }]) => place.exact || inF32)
      .map(([property, { check, sigmoid: both = false, resized = true }]) => ({
        name: `${at}: ${property}`,
        run: async () => {
          for (const normalizer of both ? [softmax, sigmoid] : [softmax])
            for (const size of resized ? sizes : [sample])
              await runProperty(scorer, size, async (sizes) => {
                await use(place.create());
                await check(makeTrial(scorer, sizes, place, normalizer));
              });
        },
      }));
    if (place.exact) return checks;
    const agree = (size: ScorerSample): Promise<void> => assertAgreement(scorer, size, place);
    const run = async (): Promise<void> => {
      for (const size of sizes) await runProperty(scorer, size, agree);
    };
    return [...checks, { name: `${at}: results are those of f64`, run }];
  };
  return [
    { name: `${name}: says what it is`, run: async () => checkDescription(scorer) },
    { name: `${name}: a sample tells its axes apart`, run: async () => checkSamples(scorer) },
    ...[inF64, ...placesInF32(options)].flatMap((place) =>
      (scorer.samples ?? []).flatMap((sample, index) => checksAt(sample, index, place)),
    ),
  ];
}

function runProperty(scorer: Scorer, sizes: ScorerSample, run: (sample: ScorerSample) => Promise<void>): Promise<void> {
  return runSmallest<ScorerSample>({
    sizes,
    tied: hasTiedWidths(scorer) ? [["dq", "dk", "d"]] : [],
    run,
    show: async (sample) => {
      const trial = makeTrial(scorer, sample, inF64);
      const { query, keys, memory, attention } = trial;
      const scores: Record<string, Tensor> = { scores: scoresOf(trial) };
      return { query, keys, ...(scorer.remember ? { memory } : {}), ...attention.scorer, ...scores };
    },
  });
}

/** Compares scores, weights, context and gradients in f32 with those in f64. */
async function assertAgreement(scorer: Scorer, sample: ScorerSample, place: Place): Promise<void> {
  await use(inF64.create());
  const expected = await resultsOf(makeTrial(scorer, sample, inF64));
  await use(place.create());
  const actual = await resultsOf(makeTrial(scorer, sample, place));
  for (const [what, value] of Object.entries(expected))
    assertClose(`${what}${place.suffix}, against f64`, actual[what]!, value, 1e-3);
}

function checkDescription({ name, formula, reference, shapes }: Scorer): void {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    throw new CheckError(`the name "${name}" must be in kebab case, such as "scaled-dot".`);
  if (!formula?.trim())
    throw new CheckError(`${name}: the formula is empty; write the score of a query s and a key h.`);
  if (!reference?.trim()) throw new CheckError(`${name}: the reference is empty; name the paper and equation.`);
  if (!/^b q \w+, b k \w+ -> b (h )?q k$/.test(shapes))
    throw new CheckError(`${name}: the shapes "${shapes}" are not like "b q dq, b k dk -> b q k".`);
}

/** Where two axes are as long as each other, or one has length 1, a sum over the wrong one may go unnoticed. */
function checkSamples(scorer: Scorer): void {
  const tied = hasTiedWidths(scorer);
  const telling = scorer.samples?.some(({ b, q, k, dq, dk, d, heads }) => {
    const axes = [b, q, k, ...(hasHeads(scorer) ? [heads ?? 1] : [])];
    const widths = [dq, dk, d];
    const differ = (sizes: readonly number[]): boolean => new Set(sizes).size === sizes.length;
    return (tied || dq !== dk) && differ(axes) && axes.every((size) => size > 1 && !widths.includes(size));
  });
  if (telling) return;
  const named = hasHeads(scorer) ? "b, q, k and heads" : "b, q and k";
  throw new CheckError(
    `${scorer.name}: in one sample, ${named} must be above 1 and differ from each other and from dq, dk and d${tied ? "" : ", and dq from dk"}.`,
  );
}
