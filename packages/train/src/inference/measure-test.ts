import { isHeedError } from "@heed/core";
import type { TextSample } from "../data/training-data.js";
import type { TestMeasures } from "../events.js";
import type { Run } from "../run/run.js";
import { measureRun } from "./evaluate.js";
import type { MeasureOptions } from "./evaluation.js";

/**
 * Evaluates a run on its test set. Pairs that the model cannot process, such as those with more tokens than it has positions,
 * do not discard a finished training: the notice names the first one.
 */
export async function measureTest(
  run: Run,
  pairs: readonly TextSample[],
  options: MeasureOptions,
): Promise<{ readonly measures: TestMeasures | null; readonly notice?: string }> {
  try {
    const { loss, perplexity, tokenAccuracy, metrics, errors } = await measureRun(run, pairs, options);
    const measures = { pairs: pairs.length, loss, perplexity, tokenAccuracy, metrics };
    const [first] = errors;
    if (first === undefined) return { measures };
    const notice = `The model cannot process ${errors.length} of ${pairs.length} pairs of the test set. They count as wrong in the metrics, and not in the loss. Pair ${first.index + 1}: ${first.message}`;
    return { measures, notice };
  } catch (error) {
    if (!isHeedError(error) || options.signal?.aborted) throw error;
    const notice = `The model was not evaluated on the test set: ${error.message} The training is complete; evaluate the model on other pairs.`;
    return { measures: null, notice };
  }
}
