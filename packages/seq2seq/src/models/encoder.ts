import type { Random } from "@heed/core";
import { Dropout, type Embedding, type RecurrentKind, type RecurrentLayer, recurrentLayer } from "@heed/nn";
import type { Tensor } from "@heed/tensor";
import { type EncoderOutput, SourceEncoder } from "./source-encoder.js";

export interface EncoderOptions {
  readonly embedding: Embedding;
  readonly cell: RecurrentKind;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly bidirectional: boolean;
  /** Probability of dropping a feature between layers. */
  readonly dropout: number;
  /** Probability of dropping a feature of an embedding. Default: `dropout`. */
  readonly embeddingDropout?: number | undefined;
  /** Whether the input of each layer above the first is added to its output. */
  readonly residual: boolean;
  readonly random: Random;
}

/** Reads the source: an embedding, and a recurrent network over it. */
export class Encoder extends SourceEncoder {
  readonly embedding: Embedding;
  readonly dropout: Dropout;
  readonly rnn: RecurrentLayer;

  constructor(options: EncoderOptions) {
    super();
    const { embedding, cell, hiddenSize, layers, bidirectional, residual, random } = options;
    const { dropout, embeddingDropout = dropout } = options;
    this.embedding = embedding;
    this.dropout = new Dropout({ probability: embeddingDropout, random });
    const inputSize = embedding.weight.shape[1]!;
    this.rnn = recurrentLayer(cell, {
      ...{ inputSize, hiddenSize, layers, bidirectional, dropout, random },
      residualFrom: residual ? 1 : layers,
    });
  }

  /** Size of a state: h, or 2h in both directions. */
  get outputSize(): number {
    return this.rnn.outputSize;
  }

  forward(source: Tensor, lengths: Tensor): EncoderOutput {
    const embedded = this.dropout.forward(this.embedding.forward(source)); // b s e
    const { outputs, state } = this.rnn.forward(embedded, { lengths });
    return { states: outputs, last: state, maps: [] };
  }
}
