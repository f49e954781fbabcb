import type { Case } from "./case.js";
import { decodeWork, type TaskSize } from "./model-work.js";
import { once, referenceOf } from "./reference.js";

const sizes = {
  "copy lesson, H 64": { hidden: 64, embedding: 32, vocabulary: 11, minLength: 7, maxLength: 7 },
  "medium, H 256": { hidden: 256, embedding: 256, vocabulary: 1000, minLength: 20, maxLength: 20 },
};

export const decodeCases: readonly Case[] = Object.entries(sizes).flatMap(([name, size]) =>
  [1, 32].map((batch): Case => {
    const task: TaskSize = { ...size, batch, count: batch };
    const work = decodeWork(task);
    // The first sentences of the batch, and then the whole: a sentence does not depend on the others.
    const few = { ...work, sequences: work.sequences.slice(0, 4) };
    const expect = once(() => referenceOf(few, ["ids"], { tolerance: 0 }));
    return {
      suite: "decode",
      name: `${name}, ${task.maxLength + 1} tokens, batch ${batch}`,
      work,
      unit: "ms/sentence",
      amount: batch,
      checks: [{ work, runs: 1, expect }],
      quick: batch === 1 && size.hidden === 64,
    };
  }),
);
