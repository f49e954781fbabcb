import type { Batch } from "@heed/datasets";
import type { DecoderOutput, Seq2SeqModel } from "@heed/seq2seq";
import {
  argmax,
  equal,
  logicalAnd,
  noGrad,
  notEqual,
  scope,
  softmaxCrossEntropy,
  sum,
  type Tensor,
  tensor,
} from "@heed/tensor";

/** The padding id of every vocabulary. */
export const padId = 0;

/** The tensors of a batch, on the device in use. */
export interface BatchTensors {
  /** i32 `[b, s]`. */
  readonly source: Tensor;
  /** i32 `[b]`. */
  readonly lengths: Tensor;
  /** i32 `[b, t]`. */
  readonly decoderInput: Tensor;
  /** i32 `[b, t]`. */
  readonly target: Tensor;
}

/** Uploads a batch. */
export function batchTensors({ source, sourceLengths, decoderInput, target, b, s, t }: Batch): BatchTensors {
  return {
    source: tensor(source, { shape: [b, s] }),
    lengths: tensor(sourceLengths, { shape: [b] }),
    decoderInput: tensor(decoderInput, { shape: [b, t] }),
    target: tensor(target, { shape: [b, t] }),
  };
}

/**
 * The loss of a batch under teacher forcing: the mean of −log p(yₜ | y₍<ₜ₎, x) over its target tokens, `<eos>` included
 * and padding not, in nats per token.
 *
 * @param options.labelSmoothing - ε in [0, 1); by default 0
 * @returns a scalar
 */
export function seq2seqLoss(
  model: Seq2SeqModel,
  batch: Batch,
  options: { readonly labelSmoothing?: number } = {},
): Tensor {
  const tensors = batchTensors(batch);
  return crossEntropyOf(forward(model, tensors), tensors.target, options.labelSmoothing ?? 0);
}

/** The loss of a batch, and how many of its target tokens are predicted right; see {@link measure}. */
export interface BatchMeasure {
  /** Nats per token. */
  readonly loss: number;
  /** Target tokens that are the likeliest ones. */
  readonly correct: number;
}

/** Measures a batch under teacher forcing, without gradients. The caller has switched the model to evaluation. */
export async function measure(model: Seq2SeqModel, batch: Batch): Promise<BatchMeasure> {
  const result = scope(() =>
    noGrad(() => {
      const tensors = batchTensors(batch);
      const { target } = tensors;
      const output = forward(model, tensors);
      const right = equal(argmax(output.logits, { axis: -1 }), target); // b t
      const correct = sum(logicalAnd(right, notEqual(target, padId)));
      return { loss: crossEntropyOf(output, target, 0), correct };
    }),
  );
  try {
    const [loss, correct] = await Promise.all([result.loss.item(), result.correct.item()]);
    return { loss, correct };
  } finally {
    result.loss.dispose();
    result.correct.dispose();
  }
}

function forward(model: Seq2SeqModel, { source, lengths, decoderInput }: BatchTensors): DecoderOutput {
  return model.forward(source, lengths, decoderInput);
}

function crossEntropyOf({ logits }: DecoderOutput, target: Tensor, labelSmoothing: number): Tensor {
  const flat = logits.reshape(-1, logits.shape.at(-1)!); // b·t v
  return softmaxCrossEntropy(flat, target.reshape(-1), { ignoreIndex: padId, labelSmoothing });
}
