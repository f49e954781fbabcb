import { makeBatch } from "@heed/datasets";
import { Adam } from "@heed/nn";
import { uploadBatch } from "@heed/seq2seq";
import { trainStep } from "@heed/train";
import type { Prepared } from "../contestants/contestant.js";
import { specials, type TrainWork } from "../work.js";
import { buildModel } from "./model.js";

/** Takes heed's own training steps. Each run builds its batch and takes one step. */
export function prepareTrain(work: TrainWork): Prepared {
  const model = buildModel(work, work.parameters).train();
  const optimizer = new Adam(model.parameters());
  const pairs = work.sequences.map((ids) => ({ source: ids, target: ids }));
  const layout = { source: specials, target: specials };
  const losses: number[] = [];
  return {
    run: async () => {
      const indices = work.batches[losses.length % work.batches.length]!;
      const batch = makeBatch(
        indices.map((i) => pairs[i]!),
        layout,
      );
      const { loss, tokens } = await trainStep({
        optimizer,
        batches: [batch],
        tokenCount: ({ tokens }) => tokens,
        loss: (rows) => model.loss(uploadBatch(rows)).total,
        learningRate: work.learningRate,
      });
      losses.push(loss);
      return tokens;
    },
    read: async () => ({ losses, size: [model.parameterCount()] }),
    dispose: () => {
      model.dispose();
      optimizer.dispose();
    },
  };
}
