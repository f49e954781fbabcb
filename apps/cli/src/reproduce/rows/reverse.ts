import { Random } from "@heed/core";
import type { TextSample } from "@heed/train";
import { measureTranslations } from "../measure-translations.js";
import type { Reproduction } from "../reproduction.js";

/** Numbers from 0 below 50; training sequences have 1 to 25 of them, the others 1 to 30. */
const sizes = { low: 0, high: 50, train: 50_000, held: 1000, trained: 25, longest: 30 };

/** The reverse task of Joey NMT's tutorial, with its configuration `rnn_reverse.yaml`. */
export const reverse: Reproduction = {
  name: "reverse",
  data: "numbers below 50, trained on 1 to 25, tested on 1 to 30",
  model: "LSTM 64 in both directions, embedding 16, general attention (Luong) with input feeding, dropout 0.1",
  anchor: "95.2 ([Joey NMT's tutorial](https://joeynmt.readthedocs.io/en/latest/tutorial.html), greedy)",
  goal: 97,
  notes: [
    "Data as `generate_reverse_task.py` of Joey NMT draws it, with another random generator.",
    "The learning rate falls linearly to 0 over 5 epochs, in place of a plateau schedule.",
    "The decoder begins with the projected last state of the encoder, in place of zeros.",
  ],
  metric: { name: "BLEU 13a", better: "higher" },
  weights: ["best"],
  searches: [{ size: 1 }],

  async prepare({ seed }) {
    const random = new Random(seed);
    const draw = (count: number, longest: number): TextSample[] =>
      Array.from({ length: count }, () => {
        const numbers = Array.from({ length: random.integer(1, longest + 1) }, () =>
          random.integer(sizes.low, sizes.high),
        );
        return { source: numbers.join(" "), target: numbers.toReversed().join(" ") };
      });
    const train = draw(sizes.train, sizes.trained);
    const [validation, test] = [draw(sizes.held, sizes.longest), draw(sizes.held, sizes.longest)];
    return {
      config: {
        recipe: "luong",
        model: {
          cell: "lstm",
          embeddingSize: 16,
          hiddenSize: 64,
          bidirectional: true,
          scorer: "general",
          inputFeeding: true,
          dropout: 0.1,
        },
        data: { tokenizer: "whitespace", sharedVocabulary: true },
        training: {
          epochs: 5,
          bestMetric: "bleu",
          batchSize: 10,
          optimizer: "adam",
          learningRate: 1e-3,
          schedule: "linear",
          labelSmoothing: 0,
          clipNorm: 1,
          patience: null,
        },
      },
      pairs: { train, validation },
      validation,
      test,
    };
  },

  measure: measureTranslations(["BLEU 13a"]),
};
