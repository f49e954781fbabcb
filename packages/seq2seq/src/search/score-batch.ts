import { disposeAll, gather, noGrad, scope, type Tensor } from "@heed/tensor";
import type { Batch } from "../batch.js";
import type { Seq2SeqModel } from "../models/seq2seq-model.js";
import { averageLogProbs, averageWeights, checkVocabularies } from "./ensemble.js";

/** How probable a model finds a given target sentence. */
export interface ScoredSentence {
  /** Log-probability of the sentence in nats: the sum of {@link logProbs}. */
  readonly logProb: number;
  /** Log-probability of each token in nats, given those before it; `<eos>` is the last one. */
  readonly logProbs: readonly number[];
  /** One row for each token: weights over the positions of the source, without padding; `null` without attention. */
  readonly weights: readonly (readonly number[])[] | null;
}

/** Computes how probable given target sentences are, as `score` says. */
export async function scoreBatch(members: readonly Seq2SeqModel[], batch: Batch): Promise<ScoredSentence[]> {
  checkVocabularies("score", members);
  const results = scope(() =>
    noGrad(() => {
      const outputs = members.map((model) =>
        model.evaluator()(() => {
          const encoded = model.encode(batch);
          const output = model.decode(encoded, batch.decoderInput);
          return { logProbs: model.logProbs(output, encoded), weights: output.weights };
        }),
      );
      const target = batch.copyTarget ?? batch.target;
      const logProbs = averageLogProbs(outputs.map((each) => each.logProbs)); // b t v
      return {
        chosen: gather(logProbs, target.reshape(...target.shape, 1), { axis: -1 }), // b t 1
        weights: averageWeights(outputs.map((each) => each.weights)), // b t s
      };
    }),
  );
  try {
    const [chosen, weights, target, lengths] = await Promise.all([
      results.chosen.data(),
      results.weights?.data(),
      batch.target.data(),
      batch.lengths.data(),
    ]);
    const [b, t] = batch.target.shape as [number, number];
    const { padId } = members[0]!.target;
    return Array.from({ length: b }, (_, row) => {
      const end = Array.from(target.subarray(row * t, (row + 1) * t)).findLastIndex((id) => id !== padId) + 1;
      const logProbs = Array.from(chosen.subarray(row * t, row * t + end));
      return {
        logProb: logProbs.reduce((sum, value) => sum + value, 0),
        logProbs,
        weights: weights ? rowsOf(weights, row, end, lengths[row]!, t, results.weights as Tensor) : null,
      };
    });
  } finally {
    disposeAll(results);
  }
}

/** Returns the weights of the first `end` tokens of a sentence, without padding. */
function rowsOf(
  weights: { subarray(start: number, end: number): ArrayLike<number> },
  row: number,
  end: number,
  length: number,
  t: number,
  { shape }: Tensor,
): number[][] {
  const s = shape.at(-1)!;
  return Array.from({ length: end }, (_, step) => {
    const start = (row * t + step) * s;
    return Array.from(weights.subarray(start, start + length));
  });
}
