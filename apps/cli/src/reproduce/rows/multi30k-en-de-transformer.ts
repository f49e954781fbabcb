import { multi30k } from "./multi30k.js";

/** The Transformer-Tiny of Wu et al. 2021. */
export const multi30kEnDeTransformer = multi30k({
  name: "multi30k-en-de-transformer",
  from: "en",
  to: "de",
  model: "Transformer: 4 + 4 layers, size 128, feed-forward 256, 4 heads, shared embeddings, joint BPE of 10,000",
  anchor: "41.0 ([Wu et al. 2021](https://aclanthology.org/2021.acl-long.480), Transformer-Tiny, text only)",
  goal: 41.5,
  notes: [],
  weights: ["best", { last: 10 }],
  searches: [0.6, 1, 1.4].map((lengthPenalty) => ({ size: 5, lengthPenalty })),
  config: {
    recipe: "transformer",
    model: {
      hiddenSize: 128,
      feedForwardSize: 256,
      heads: 4,
      layers: 4,
      norm: "post",
      dropout: 0.3,
      feedForwardDropout: 0,
      attentionDropout: 0,
      shareEmbedding: true,
      tieOutput: true,
    },
    data: {
      tokenizer: "bpe",
      sharedVocabulary: true,
      sourceTokenizer: { vocabularySize: 10_000, byteFallback: false, coverage: 1 },
    },
    training: {
      epochs: 75,
      batchTokens: 4096,
      optimizer: "adam",
      optimizerOptions: { betas: [0.9, 0.98] },
      learningRate: 0.005,
      schedule: "inverse-sqrt",
      warmupSteps: 2000,
      labelSmoothing: 0.1,
      clipNorm: null,
      patience: null,
    },
  },
});
