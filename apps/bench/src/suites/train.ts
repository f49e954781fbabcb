import type { Case } from "./case.js";
import { type TaskSize, trainWork } from "./model-work.js";
import { once, referenceOf } from "./reference.js";

const copy: TaskSize = {
  hidden: 64,
  embedding: 32,
  vocabulary: 11,
  minLength: 3,
  maxLength: 7,
  batch: 32,
  count: 2000,
};
const long = { minLength: 20, maxLength: 20, batch: 64, count: 640 };
const medium: TaskSize = { hidden: 256, embedding: 256, vocabulary: 1000, ...long };
const large: TaskSize = { hidden: 512, embedding: 256, vocabulary: 8000, ...long };
const tiny: TaskSize = { hidden: 6, embedding: 5, vocabulary: 9, minLength: 2, maxLength: 5, batch: 4, count: 20 };

/** Small enough for the reference; sequences of different length in a batch, so that padding counts. */
const tinyWork = trainWork(tiny, false);
const tinySteps = 6;
const expectTiny = once(async () => [
  ...(await referenceOf(tinyWork, ["losses"], { runs: tinySteps, tolerance: 1e-3 })),
  ...(await referenceOf(tinyWork, ["size"], { tolerance: 0 })),
]);

const cases: readonly { readonly name: string; readonly task: TaskSize; readonly bucketed: boolean }[] = [
  { name: "copy lesson, H 64, E 32, V 11, length 3–7, batch 32", task: copy, bucketed: true },
  { name: "copy lesson, batches of any lengths", task: copy, bucketed: false },
  { name: "medium, H 256, E 256, V 1,000, length 20, batch 64", task: medium, bucketed: true },
  { name: "large, H 512, E 256, V 8,000, length 20, batch 64", task: large, bucketed: true },
];

export const trainCases: readonly Case[] = cases.map(({ name, task, bucketed }) => ({
  suite: "train",
  name,
  work: trainWork(task, bucketed),
  unit: "tokens/s",
  checks: [{ work: tinyWork, runs: tinySteps, expect: expectTiny }],
  learns: true,
  quick: task === copy && bucketed,
}));
