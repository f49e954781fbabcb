import type { TextSample } from "../data/training-data.js";
import type { Run } from "../run/run.js";
import type { EvaluateOptions, Evaluation, MeasureOptions } from "./evaluation.js";

/**
 * Measures a run on pairs of sentences: under teacher forcing, and by search, which is greedy by default. References are normalized as in
 * training: in lower case if the run lower-cases. The first call loads the code of the metrics.
 *
 * A pair that the model cannot process is reported in `errors`, and stops nothing.
 *
 * @throws HeedError when there is no pair, none with a token on both sides, or none that the model can process
 * @throws UnknownNameError when there is no such metric
 * @example
 * const { loss, metrics } = await evaluate(run, [{ source: "a b c", target: "a b c" }], { metrics: ["bleu"] });
 * console.log(loss, metrics.bleu);
 */
export async function evaluate(
  run: Run,
  pairs: readonly TextSample[],
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  return await measureRun(run, pairs, options);
}

/** The same for a training, which shares out the pairs over its processes. */
export async function measureRun(run: Run, pairs: readonly TextSample[], options: MeasureOptions): Promise<Evaluation> {
  const { measure } = await import("./measure.js");
  return await measure(run, pairs, options);
}
