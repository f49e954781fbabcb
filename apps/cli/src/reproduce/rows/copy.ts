import { HeedError, Random } from "@heed/core";
import { copyTask, taskPairs, taskText } from "@heed/datasets";
import { type Run, score, type TextSample } from "@heed/train";
import type { Measured, Reproduction } from "../reproduction.js";

/** Symbols of each sequence, and sequences of each kind. */
const sizes = { symbols: 10, length: 9, train: 32_000, validation: 1000, test: 1000 };

/** The copy task of The Annotated Encoder-Decoder: each batch is new, so that 10 of his epochs are one of 1,000 steps. */
export const copy: Reproduction = {
  name: "copy",
  data: "9 of 10 symbols, 1,000 new sequences",
  model:
    "GRU 64 in both directions, additive attention, bridge tanh(W[forward; backward]), linear readout with dropout 0.1",
  anchor:
    "1.0886 after 10 epochs ([The Annotated Encoder-Decoder](https://github.com/bastings/annotated_encoder_decoder), on 100 sequences)",
  goal: 1.09,
  notes: [
    "As published: Adam with learning rate 0.0003, batches of 32, 100 batches of new sequences an epoch, 10 epochs.",
    "The perplexity counts the 9 symbols of a target and leaves out `<eos>`, which the published model does not have.",
  ],
  metric: { name: "perplexity", better: "lower" },
  weights: ["best"],
  searches: [{ size: 1 }],
  courseSteps: 100,

  async prepare({ seed }) {
    const random = new Random(seed);
    const options = { symbols: sizes.symbols, minLength: sizes.length, maxLength: sizes.length };
    const draw = (count: number): TextSample[] =>
      taskPairs(copyTask, { count, random, options }).map(({ source, target }) => ({
        source: taskText(copyTask, source),
        target: taskText(copyTask, target),
      }));
    const [validation, test, train] = [draw(sizes.validation), draw(sizes.test), draw(sizes.train)];
    return {
      config: {
        recipe: "bahdanau",
        model: {
          embeddingSize: 32,
          hiddenSize: 64,
          bidirectional: true,
          output: "linear",
          dropout: 0,
          readoutDropout: 0.1,
        },
        data: { tokenizer: "whitespace", sharedVocabulary: true },
        training: {
          epochs: 1,
          batchSize: 32,
          optimizer: "adam",
          learningRate: 3e-4,
          schedule: "constant",
          labelSmoothing: 0,
          clipNorm: null,
          patience: null,
        },
      },
      pairs: { train, validation },
      validation,
      test,
    };
  },

  async measure(run: Run, pairs, { signal }): Promise<Measured> {
    let [logProb, symbols] = [0, 0];
    for (const scored of await score(run, pairs, { signal, batchSize: 64 })) {
      if (scored.error !== null) throw new HeedError(`copy: a sequence cannot be scored: ${scored.error}`);
      // The last one is that of <eos>.
      for (const value of scored.logProbs.slice(0, -1)) logProb += value;
      symbols += scored.logProbs.length - 1;
    }
    return { measures: { perplexity: Math.exp(-logProb / symbols) } };
  },
};
