import { HeedError } from "@heed/core";
import { type BatchArrays, type Seq2SeqModel, uploadBatch } from "@heed/seq2seq";
import { equal, logicalAnd, noGrad, notEqual, scope, sum } from "@heed/tensor";
import type { TrainCollective } from "./train-collective.js";
import { yieldToEventLoop } from "./yield-to-event-loop.js";

/** The quality of a model under teacher forcing. */
export interface Validation {
  /** Cross-entropy in nats per target token. */
  readonly loss: number;
  /** Share of target tokens that are the most probable ones, in [0, 1]. */
  readonly accuracy: number;
}

/**
 * Computes loss and accuracy of a model under teacher forcing, in evaluation mode. The model keeps its own mode.
 *
 * @param collective - shares out the batches over processes; all return the same
 * @throws HeedError when there is no batch
 */
export async function validate(
  model: Seq2SeqModel,
  batches: Pick<readonly BatchArrays[], "length" | "slice">,
  collective?: TrainCollective,
): Promise<Validation> {
  if (batches.length === 0) throw new HeedError("validate: at least one batch is needed, got none.");
  const inEvaluation = model.evaluator();
  const yieldNow = yieldToEventLoop();
  let [loss, correct, tokens] = [0, 0, 0];
  for (let i = collective?.rank ?? 0; i < batches.length; i += collective?.size ?? 1) {
    const [batch] = batches.slice(i, i + 1);
    if (!batch) continue;
    await yieldNow();
    const measured = await measure(model, batch, inEvaluation);
    loss += measured.loss;
    correct += measured.correct;
    tokens += batch.tokens;
  }
  if (collective) [loss, correct, tokens] = (await collective.sum([loss, correct, tokens])) as [number, number, number];
  return { loss: loss / tokens, accuracy: correct / tokens };
}

/** The summed loss of a batch, and the number of tokens that are predicted right. */
async function measure(
  model: Seq2SeqModel,
  arrays: BatchArrays,
  inEvaluation: ReturnType<Seq2SeqModel["evaluator"]>,
): Promise<{ loss: number; correct: number }> {
  const result = inEvaluation(() =>
    scope(() =>
      noGrad(() => {
        const batch = uploadBatch(arrays, { alignment: model.usesAlignment });
        const encoded = model.encode(batch);
        const output = model.decode(encoded, batch.decoderInput);
        const right = equal(model.predict(output, encoded), batch.copyTarget ?? batch.target); // b t
        const correct = sum(logicalAnd(right, notEqual(batch.target, model.target.padId)));
        const { total, terms } = model.lossOf(output, encoded, batch);
        return { loss: terms.crossEntropy ?? total, correct };
      }),
    ),
  );
  try {
    const [loss, correct] = await Promise.all([result.loss.item(), result.correct.item()]);
    return { loss, correct };
  } finally {
    result.loss.dispose();
    result.correct.dispose();
  }
}
