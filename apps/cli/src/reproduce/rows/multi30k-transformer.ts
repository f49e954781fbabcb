import type { Reproduction } from "../reproduction.js";
import { jointBpe, type Multi30kRow, multi30k } from "./multi30k.js";

/** Defines a row of the Transformer-Tiny of Wu et al. 2021. */
function transformerRow(row: Pick<Multi30kRow, "name" | "from" | "to" | "anchor" | "goal">): Reproduction {
  return multi30k({
    ...row,
    model: "Transformer: 4 + 4 layers, size 128, feed-forward 256, 4 heads, shared embeddings, joint BPE of 10,000",
    averaged: 10,
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
      data: jointBpe(10_000),
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
}

export const multi30kEnDeTransformer = transformerRow({
  name: "multi30k-en-de-transformer",
  from: "en",
  to: "de",
  anchor: "41.0 ([Wu et al. 2021](https://aclanthology.org/2021.acl-long.480), Transformer-Tiny, text only)",
  goal: 41.5,
});

export const multi30kDeEnTransformer = transformerRow({
  name: "multi30k-de-en-transformer",
  from: "de",
  to: "en",
  anchor:
    "36.5 ([bentrevett](https://github.com/bentrevett/pytorch-seq2seq), Transformer of 3 + 3 layers, size 256, spaCy tokens)",
  goal: 40,
});
