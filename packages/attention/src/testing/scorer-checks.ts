import { cpu, parseLegend, type Tensor, use } from "@heed/tensor";
import { type Check, CheckError } from "@heed/tensor/testing";
import type { Scorer, ScorerSample } from "../scorer.js";
import {
  checkAllGradients,
  checkAlone,
  checkEmptyRow,
  checkLeaks,
  checkMaskedKeys,
  checkOneByOne,
  checkPadding,
  checkPermutation,
  checkRoundTrip,
  checkScores,
  checkSums,
  checkUse,
  checkZeros,
} from "./scorer-properties.js";
import { hasHeads, makeTrial, scoresOf, type Trial } from "./scorer-trial.js";
import { runSmallest } from "./smallest-failure.js";

/**
 * The checks that a scorer must pass. It says what it is, and some sample of it has axes that cannot be mistaken for each
 * other; then, for each sample: the scores are finite and have the shape that they should, and so has their window; every
 * parameter and what is remembered count; gradients for query, keys, memory and every parameter agree with central differences; permuting the keys permutes the scores (unless it is
 * positional); what is masked never matters, nor does padding; weights sum to 1; nothing to attend gives 0, and neither this
 * nor zeros give NaN, also in gradients; one query at a time equals all at once; each call and each sentence stands for
 * itself; saving and loading changes nothing; nothing leaks.
 *
 * A check that fails says what broke, and the smallest sizes that show it, with what went in and came out. The reference
 * backend is in use afterwards.
 *
 * @example
 * for (const check of scorerChecks(myScorer)) test(check.name, check.run);
 */
export function scorerChecks(scorer: Scorer): Check[] {
  const { name } = scorer;
  const properties: Readonly<Record<string, (trial: Trial) => Promise<void>>> = {
    [`the scores are finite, ${hasHeads(scorer) ? "[b, h, q, k]" : "[b, q, k]"}`]: checkScores,
    "every parameter counts": checkUse,
    "gradients agree with central differences": checkAllGradients,
    ...(scorer.positional ? {} : { "permuting the keys permutes the scores": checkPermutation }),
    "masked keys never matter": checkMaskedKeys,
    "padding never matters": checkPadding,
    "weights sum to 1": checkSums,
    "nothing to attend gives 0, and no gradient": checkEmptyRow,
    "zeros give no NaN": checkZeros,
    "one query at a time equals all at once": checkOneByOne,
    "each call and each sentence stands for itself": checkAlone,
    "saving and loading changes nothing": checkRoundTrip,
    "nothing leaks": checkLeaks,
  };
  return [
    { name: `${name}: says what it is`, run: async () => checkDescription(scorer) },
    { name: `${name}: a sample tells its axes apart`, run: async () => checkSamples(scorer) },
    ...(scorer.samples ?? []).flatMap((sample, index) =>
      Object.entries(properties).map(([property, check]) => ({
        name: `${name}, sample ${index + 1}: ${property}`,
        run: () => runProperty(scorer, sample, check),
      })),
    ),
  ];
}

function runProperty(scorer: Scorer, sizes: ScorerSample, check: (trial: Trial) => Promise<void>): Promise<void> {
  const trialOf = async (sample: ScorerSample): Promise<Trial> => {
    await use(cpu({ precision: "f64" }));
    return makeTrial(scorer, sample);
  };
  const [query, keys] = parseLegend(scorer.shapes ?? "").inputs.map(({ axes }) => axes.at(-1)?.name);
  return runSmallest<ScorerSample>({
    sizes,
    tied: query === keys ? [["dq", "dk", "d"]] : [],
    run: async (sample) => check(await trialOf(sample)),
    show: async (sample) => {
      const trial = await trialOf(sample);
      const { query, keys, memory, attention } = trial;
      const scores: Record<string, Tensor> = { scores: scoresOf(trial) };
      return { query, keys, ...(scorer.remember ? { memory } : {}), ...attention.scorer, ...scores };
    },
  });
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
  const telling = scorer.samples?.some(({ b, q, k, dq, dk, d, heads }) => {
    const axes = [b, q, k, ...(hasHeads(scorer) ? [heads ?? 1] : [])];
    const widths = [dq, dk, d];
    return new Set(axes).size === axes.length && axes.every((size) => size > 1 && !widths.includes(size));
  });
  if (telling) return;
  const named = hasHeads(scorer) ? "b, q, k and heads" : "b, q and k";
  throw new CheckError(
    `${scorer.name}: in one sample, ${named} must be above 1 and differ from each other and from dq, dk and d.`,
  );
}
