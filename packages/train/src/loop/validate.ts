import type { Batch } from "@heed/datasets";
import { Mean } from "@heed/metrics";
import type { Seq2SeqModel } from "@heed/seq2seq";
import { breather } from "./breather.js";
import { measure } from "./seq2seq-loss.js";

/**
 * Loss and accuracy of a model on batches, under teacher forcing and in evaluation mode; the mode that it was in comes
 * back.
 *
 * @returns `loss` in nats per target token, `accuracy` the share of target tokens predicted right, in [0, 1]
 * @throws RangeError when there is no batch
 */
export async function validate(
  model: Seq2SeqModel,
  batches: readonly Batch[],
): Promise<{ loss: number; accuracy: number }> {
  const { training } = model;
  model.eval();
  const breathe = breather();
  const loss = new Mean();
  let correct = 0;
  try {
    for (const batch of batches) {
      await breathe();
      const measured = await measure(model, batch);
      loss.add(measured.loss, batch.tokens);
      correct += measured.correct;
    }
  } finally {
    model.train(training);
  }
  return { loss: loss.value, accuracy: correct / loss.weight };
}
