import { multi30k } from "./multi30k.js";

/** The text-only baseline of nmtpytorch. */
export const multi30kEnDeGru = multi30k({
  name: "multi30k-en-de-gru",
  from: "en",
  to: "de",
  model:
    "GRU 256 in both directions, additive attention, readout, embedding 128, tied output, joint BPE of 10,000 with dropout of merges",
  anchor: "about 38 ([Caglayan et al. 2017](https://arxiv.org/abs/1707.04481), nmtpytorch)",
  goal: 38.5,
  notes: [],
  weights: ["best", { last: 5 }],
  searches: [0.6, 1, 1.4].map((lengthPenalty) => ({ size: 5, lengthPenalty })),
  config: {
    recipe: "bahdanau",
    model: {
      embeddingSize: 128,
      hiddenSize: 256,
      bidirectional: true,
      output: "readout",
      embeddingDropout: 0.4,
      sourceDropout: 0.5,
      outputDropout: 0.5,
      shareEmbedding: true,
      tieOutput: true,
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
