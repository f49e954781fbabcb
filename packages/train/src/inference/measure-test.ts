import { isHeedError } from "@heed/core";
import type { TextSample } from "../data/training-data.js";
import type { TestMeasures } from "../events.js";
import type { Run } from "../run/run.js";
import { evaluate } from "./evaluate.js";
import type { EvaluateOptions } from "./evaluation.js";

/**
 * Evaluates a run on its test set. A pair that the model cannot process, such as one with more tokens than it has positions,
 * does not discard a finished training: the notice says what to do.
 */
export async function measureTest(
  run: Run,
  pairs: readonly TextSample[],
  options: EvaluateOptions,
): Promise<{ readonly measures: TestMeasures | null; readonly notice?: string }> {
  try {
    const { loss, perplexity, tokenAccuracy, metrics } = await evaluate(run, pairs, options);
    return { measures: { pairs: pairs.length, loss, perplexity, tokenAccuracy, metrics } };
  } catch (error) {
    if (!isHeedError(error) || options.signal?.aborted) throw error;
    const notice = `The model was not evaluated on the test set: ${error.message} The training is complete; evaluate the model on other pairs.`;
    return { measures: null, notice };
  }
}
