import { wasm } from "@heed/backend-wasm";
import { use } from "@heed/tensor";
import { memoryFileSystem, resolveConfig, train } from "@heed/train";
import type { Collective } from "../src/index.js";
import { trainCollective } from "../src/node.js";

/** What a training of {@link trainRecipe} leaves in a process. */
export interface TrainedRecipe {
  /** Loss of each step, over all processes. */
  readonly losses: readonly number[];
  readonly tokens: number;
  /** What was measured on validation and test data. */
  readonly measures: readonly number[];
  /** All parameters, one behind the other. */
  readonly parameters: readonly number[];
  readonly notices: readonly string[];
  /** The files of the run folder that this process wrote. */
  readonly files: readonly string[];
}

/** Trains a tiny recipe: 50 batches of 3 pairs, the last one of 1 pair, so that a process may have no row of a batch. */
export async function trainRecipe(
  collective: Collective,
  training: Readonly<Record<string, unknown>>,
  dropout = 0,
): Promise<TrainedRecipe> {
  await use(await wasm({ threads: 1 }));
  const fileSystem = memoryFileSystem();
  const losses: number[] = [];
  const notices: string[] = [];
  let tokens = 0;
  const run = await train({
    config: resolveConfig({
      recipe: "copy",
      seed: 3,
      model: { embeddingSize: 8, hiddenSize: 12, dropout },
      data: { task: "copy", symbols: 6, minLength: 1, maxLength: 5, train: 148, validation: 11, test: 7 },
      training: { epochs: 1, batchSize: 3, clipNorm: 1, bestMetric: "chrf", ...training },
    }),
    ...{ out: "run", fileSystem },
    on(event) {
      if (event.event === "notice") notices.push(event.message);
      if (event.event !== "step") return;
      losses.push(event.loss);
      tokens += event.tokens;
    },
    collective: trainCollective(collective),
  });
  const values = await Promise.all([...run.model.parameters().values()].map((parameter) => parameter.data()));
  const { done, history, test } = run;
  return {
    ...{ losses, tokens, notices },
    measures: [
      ...history.flatMap(({ validLoss, validAccuracy, metrics }) => [validLoss, validAccuracy, metrics.chrf ?? -1]),
      done.sequenceAccuracy ?? -1,
      ...(test ? [test.loss, test.tokenAccuracy, ...Object.values(test.metrics)] : []),
    ],
    parameters: values.flatMap((each) => [...each]),
    files: (await fileSystem.list("run")) ?? [],
  };
}
