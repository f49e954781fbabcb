import { multi30k } from "./multi30k.js";

/** A GRU with additive attention, as in the tutorials. */
export const multi30kDeEnGru = multi30k({
  name: "multi30k-de-en-gru",
  from: "de",
  to: "en",
  model:
    "GRU 512 in both directions, additive attention, readout, embedding 256, joint BPE of 10,000 with dropout of merges",
  anchor: "28.3 ([bentrevett](https://github.com/bentrevett/pytorch-seq2seq), GRU 512), 33.5 (msarmi9)",
  goal: 38,
  notes: [],
  weights: ["best", { last: 5 }],
  searches: [0.6, 1, 1.4].map((lengthPenalty) => ({ size: 5, lengthPenalty })),
  config: {
    recipe: "bahdanau",
    model: {
      embeddingSize: 256,
      hiddenSize: 512,
      bidirectional: true,
      output: "readout",
      embeddingDropout: 0.4,
      sourceDropout: 0.5,
      outputDropout: 0.5,
      shareEmbedding: true,
      tieOutput: false,
    },
    data: {
      tokenizer: "bpe",
      sharedVocabulary: true,
      sampleSegmentation: true,
      sourceTokenizer: { vocabularySize: 10_000, byteFallback: false, coverage: 1 },
    },
    training: {
      epochs: 40,
      batchSize: 64,
      optimizer: "adam",
      learningRate: 4e-4,
      schedule: "constant",
      labelSmoothing: 0.1,
      clipNorm: 1,
      patience: 10,
    },
  },
});
