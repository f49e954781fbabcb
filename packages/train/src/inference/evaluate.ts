import type { TextSample } from "../data/training-data.js";
import type { Run } from "../run/run.js";
import type { EvaluateOptions, Evaluation } from "./evaluation.js";

/**
 * Measures a run on pairs of sentences: under teacher forcing, and by search, which is greedy by default. References are normalized as in
 * training: in lower case if the run lower-cases. The first call loads the code of the metrics.
 *
 * @throws HeedError when there is no pair, none with a token on both sides, or one that cannot be translated
 * @throws UnknownNameError when there is no such metric
 * @throws UnknownTokenError when a token is unknown and the vocabulary has no `<unk>`
 * @example
 * const { loss, metrics } = await evaluate(run, [{ source: "a b c", target: "a b c" }], { metrics: ["bleu"] });
 * console.log(loss, metrics.bleu);
 */
export async function evaluate(
  run: Run,
  pairs: readonly TextSample[],
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  const { measure } = await import("./measure.js");
  return await measure(run, pairs, options);
}
