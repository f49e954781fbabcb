import { makeBatch } from "@heed/datasets";
import { Adam } from "@heed/nn";
import { seq2seqLoss, fit as train } from "@heed/train";
import type { Prepared } from "../contestants/contestant.js";
import type { TrainWork } from "../work.js";
import { buildModel } from "./model.js";

/** Steps of heed's own training loop, which pauses after each until the next one is asked for. */
export function prepareTrain(work: TrainWork): Prepared {
  const model = buildModel(work, work.parameters);
  const optimizer = new Adam(model.parameters());
  const stop = new AbortController();
  const losses: number[] = [];
  const pairs = work.sequences.map((ids) => ({ source: ids, target: ids }));
  // The loop wants an epoch at a time; one of a single step has the batch made within the step.
  const batch = (step: number) => makeBatch(work.batches[(step - 1) % work.batches.length]!.map((i) => pairs[i]!));
  let tokens = 0;
  let begin: () => void = () => {};
  let done: (tokens: number) => void = () => {};
  let fail: (error: unknown) => void = () => {};

  const start = (): void => {
    train({
      model,
      optimizer,
      epochs: Number.POSITIVE_INFINITY,
      batches: (epoch) => [batch(epoch)],
      loss: (rows) => seq2seqLoss(model, rows),
      weight: (rows) => {
        tokens = rows.tokens;
        return tokens;
      },
      learningRate: work.learningRate,
      signal: stop.signal,
      on: (event) => {
        if (event.event === "step") losses.push(event.loss);
        if (event.event !== "epoch") return;
        const next = new Promise<void>((resolve) => {
          begin = resolve;
        });
        done(tokens);
        return next;
      },
    }).catch((error: unknown) => fail(error));
  };

  begin = start;
  return {
    run: () =>
      new Promise<number>((resolve, reject) => {
        [done, fail] = [resolve, reject];
        begin();
      }),
    read: async () => ({ losses, size: [model.parameterCount()] }),
    dispose: () => {
      stop.abort();
      begin = () => {};
      model.dispose();
      optimizer.dispose();
    },
  };
}
