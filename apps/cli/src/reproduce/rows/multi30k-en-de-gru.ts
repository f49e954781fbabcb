import { multi30k } from "./multi30k.js";

/** The text-only baseline of nmtpytorch. */
export const multi30kEnDeGru = multi30k({
  name: "multi30k-en-de-gru",
  from: "en",
  to: "de",
  model:
    "GRU 256 in both directions, additive attention, tanh readout, embedding 128, tied output, joint BPE of 10,000",
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
      output: "tanh",
      readoutSize: 128,
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
      sourceTokenizer: { vocabularySize: 10_000, byteFallback: false, coverage: 1 },
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
