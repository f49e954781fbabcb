import { makeMask, paddingMask } from "@heed/attention";
import type { Random } from "@heed/core";
import { type Embedding, Linear, type RecurrentState } from "@heed/nn";
import { cast, div, slice, sum, type Tensor, tanh, where } from "@heed/tensor";
import { PositionalEncoding } from "../transformer/positional-encoding.js";
import { TransformerEncoder } from "../transformer/transformer-encoder.js";
import { type EncoderOutput, SourceEncoder } from "./source-encoder.js";

export interface SelfAttentionEncoderOptions {
  readonly embedding: Embedding;
  /** Width of a state, h; the heads divide it. */
  readonly hiddenSize: number;
  readonly heads: number;
  readonly layers: number;
  /** Whether the decoder's states have a cell besides the hidden part. */
  readonly hasCell: boolean;
  /** Probability of dropping a feature of the result of each part. */
  readonly dropout: number;
  /** Probability of dropping a feature of an embedding with its position. Default: `dropout`. */
  readonly embeddingDropout?: number | undefined;
  readonly random: Random;
}

/**
 * Reads the source without recurrence: layers in which it attends itself, over tokens with sinusoidal positions. What the
 * decoder starts from is made of the mean of the states, tanh(W mean), a part for each of its layers.
 *
 * The feed-forward parts are four times as wide as a state, as in Vaswani et al. 2017, arXiv:1706.03762.
 */
export class SelfAttentionEncoder extends SourceEncoder {
  readonly embedding: Embedding;
  /** Takes embeddings to the width of a state. */
  readonly input: Linear;
  readonly positions: PositionalEncoding;
  readonly stack: TransformerEncoder;
  /** W: a row of parts, hidden and cell of each layer. */
  readonly first: Linear;
  readonly #parts: { readonly layers: number; readonly hasCell: boolean };

  /** @throws HeedError when the heads do not divide the hidden size */
  constructor(options: SelfAttentionEncoderOptions) {
    super();
    const { embedding, hiddenSize, heads, layers, hasCell, dropout, embeddingDropout = dropout, random } = options;
    this.embedding = embedding;
    this.input = new Linear({ inFeatures: embedding.weight.shape[1]!, outFeatures: hiddenSize, bias: false, random });
    // Embeddings start in N(0, 1), as large as positions are.
    const places = { kind: "sinusoidal", size: hiddenSize, maxPositions: 1, scale: 1 } as const;
    this.positions = new PositionalEncoding({ ...places, dropout: embeddingDropout, random });
    const parts = { size: hiddenSize, heads, feedForwardSize: 4 * hiddenSize, layers, dropout, attentionDropout: 0 };
    this.stack = new TransformerEncoder({ ...parts, norm: "pre", random });
    const states = layers * (hasCell ? 2 : 1);
    this.first = new Linear({ inFeatures: hiddenSize, outFeatures: states * hiddenSize, random });
    this.#parts = { layers, hasCell };
  }

  /** h. */
  get outputSize(): number {
    return this.input.weight.shape[0]!;
  }

  forward(source: Tensor, lengths: Tensor): EncoderOutput {
    const [b, s] = source.shape as [number, number];
    const mask = makeMask(paddingMask, { keys: s, lengths }); // b 1 s
    const placed = this.positions.forward(this.input.forward(this.embedding.forward(source)));
    const { output, weights } = this.stack.forward(placed, mask);
    const states = where(mask.reshape(b, s, 1), output, 0);
    const count = cast(lengths, { dtype: "f32" }).reshape(b, 1);
    const mean = div(sum(states, { axis: 1 }), count); // b h
    const first = tanh(this.first.forward(mean));
    const part = (index: number): Tensor =>
      slice(first, { axis: 1, start: index * this.outputSize, end: (index + 1) * this.outputSize });
    const { layers, hasCell } = this.#parts;
    return {
      states,
      last: Array.from(
        { length: layers },
        (_, layer): RecurrentState =>
          hasCell ? { hidden: part(2 * layer), cell: part(2 * layer + 1) } : { hidden: part(layer) },
      ),
      maps: weights.map((each, layer) => ({ kind: "encoder", layer, weights: each })),
    };
  }
}
