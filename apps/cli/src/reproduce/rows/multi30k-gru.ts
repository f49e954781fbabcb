import type { Reproduction } from "../reproduction.js";
import { jointBpe, type Multi30kRow, multi30k } from "./multi30k.js";

interface GruRow extends Pick<Multi30kRow, "name" | "from" | "to" | "anchor" | "goal"> {
  readonly embeddingSize: number;
  readonly hiddenSize: number;
  readonly vocabularySize: number;
}

/** Defines a row of a GRU with additive attention, with the dropout of nmtpytorch (Caglayan et al. 2017). */
function gruRow({ embeddingSize, hiddenSize, vocabularySize, ...row }: GruRow): Reproduction {
  return multi30k({
    ...row,
    model: `GRU ${hiddenSize} in both directions, additive attention, tanh readout, embedding ${embeddingSize}, tied output, joint BPE of ${vocabularySize.toLocaleString("en-US")}`,
    averaged: 5,
    config: {
      recipe: "bahdanau",
      model: {
        embeddingSize,
        hiddenSize,
        bidirectional: true,
        output: "tanh",
        readoutSize: embeddingSize,
        dropout: 0,
        embeddingDropout: 0.4,
        targetEmbeddingDropout: 0,
        sourceDropout: 0.5,
        outputDropout: 0.5,
        shareEmbedding: true,
        tieOutput: true,
      },
      data: jointBpe(vocabularySize),
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
}

/** The sizes of nmtpytorch's baseline without images. */
export const multi30kEnDeGru = gruRow({
  name: "multi30k-en-de-gru",
  from: "en",
  to: "de",
  anchor: "about 38 ([Caglayan et al. 2017](https://arxiv.org/abs/1707.04481), nmtpytorch)",
  goal: 38.5,
  embeddingSize: 128,
  hiddenSize: 256,
  vocabularySize: 10_000,
});

export const multi30kDeEnGru = gruRow({
  name: "multi30k-de-en-gru",
  from: "de",
  to: "en",
  anchor: "28.3 ([bentrevett](https://github.com/bentrevett/pytorch-seq2seq), GRU 512), 33.5 (msarmi9)",
  goal: 38,
  embeddingSize: 256,
  hiddenSize: 384,
  vocabularySize: 8000,
});
