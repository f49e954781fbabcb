import { multi30k } from "./multi30k.js";

/** A GRU with additive attention, as in the tutorials. */
export const multi30kDeEnGru = multi30k({
  name: "multi30k-de-en-gru",
  from: "de",
  to: "en",
  model: "GRU 384 in both directions, additive attention, tanh readout, embedding 256, tied output, joint BPE of 8,000",
  anchor: "28.3 ([bentrevett](https://github.com/bentrevett/pytorch-seq2seq), GRU 512), 33.5 (msarmi9)",
  goal: 38,
  notes: [],
  weights: ["best", { last: 5 }],
  searches: [0.6, 1, 1.4].map((lengthPenalty) => ({ size: 5, lengthPenalty })),
  config: {
    recipe: "bahdanau",
    model: {
      embeddingSize: 256,
      hiddenSize: 384,
      bidirectional: true,
      output: "tanh",
      readoutSize: 256,
      dropout: 0,
      embeddingDropout: 0.4,
      targetEmbeddingDropout: 0,
      sourceDropout: 0.5,
      outputDropout: 0.5,
      shareEmbedding: true,
      tieOutput: true,
    },
    data: {
      tokenizer: "bpe",
      sharedVocabulary: true,
      sourceTokenizer: { vocabularySize: 8000, byteFallback: false, coverage: 1 },
    },
    training: {
      epochs: 30,
      batchSize: 64,
      optimizer: "adam",
      learningRate: 1e-3,
      schedule: "cosine",
      warmupSteps: 500,
      labelSmoothing: 0.1,
      clipNorm: 1,
      patience: null,
    },
  },
});
