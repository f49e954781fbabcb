import { Random } from "@heed/core";
import { PairStore, planBatches } from "@heed/datasets";
import type { DecodeWork, ModelSize, ParameterName, ParameterSpec, TrainWork } from "../work.js";

export interface TaskSize extends ModelSize {
  readonly minLength: number;
  readonly maxLength: number;
  readonly batch: number;
  /** How many sequences there are. */
  readonly count: number;
}

/** @param bucketed - whether sequences of like length share a batch */
export function trainWork(task: TaskSize, bucketed: boolean): TrainWork {
  const sequences = drawSequences(task);
  const pairs = sequences.map((ids) => ({ source: ids, target: ids }));
  const { batches } = planBatches(PairStore.from(pairs), { batchSize: task.batch, bucketed, random: new Random(2) });
  return {
    kind: "train",
    ...sizeOf(task),
    parameters: parametersOf(task),
    sequences,
    batches: batches.map((indices) => [...indices]).filter(({ length }) => length === task.batch),
    learningRate: 1e-3,
  };
}

export function decodeWork(task: TaskSize): DecodeWork {
  const sequences = drawSequences({ ...task, count: task.batch, minLength: task.maxLength });
  return { kind: "decode", ...sizeOf(task), parameters: parametersOf(task), sequences, maxLength: task.maxLength + 1 };
}

function sizeOf({ hidden, embedding, vocabulary }: ModelSize): ModelSize {
  return { hidden, embedding, vocabulary };
}

function drawSequences({ count, minLength, maxLength, vocabulary }: TaskSize): number[][] {
  const random = new Random(1);
  return Array.from({ length: count }, () =>
    Array.from({ length: random.integer(minLength, maxLength + 1) }, () => random.integer(3, vocabulary)),
  );
}

/** PyTorch's shapes and first values, but for the embeddings, which are uniform, too. */
function parametersOf({ hidden: h, embedding: e, vocabulary: v }: ModelSize): ParameterSpec[] {
  const scale = 2 / Math.sqrt(h);
  const gates = (cell: "encoder" | "decoder", input: number): [ParameterName, number[], number][] => [
    [`${cell}.weight_ih`, [3 * h, input], scale],
    [`${cell}.weight_hh`, [3 * h, h], scale],
    [`${cell}.bias_ih`, [3 * h], scale],
    [`${cell}.bias_hh`, [3 * h], scale],
  ];
  const all: [ParameterName, number[], number][] = [
    ["source.embedding", [v, e], 3],
    ...gates("encoder", e),
    ["target.embedding", [v, e], 3],
    ...gates("decoder", e + h),
    ["attention.W", [h, h], scale],
    ["attention.U", [h, h], scale],
    ["attention.v", [h], scale],
    ["output.weight", [v, h], scale],
    ["output.bias", [v], scale],
  ];
  return all.map(([name, shape, scale], index) => ({ name, shape, seed: 100 + index, scale }));
}
