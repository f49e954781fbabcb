import type { Random } from "@heed/core";
import { Dropout, Linear, Module } from "@heed/nn";
import { max, type Tensor, tanh } from "@heed/tensor";

/** Kinds of layers between the decoder and the output layer. */
export const readoutKinds = ["readout", "tanh", "linear"] as const;

export type ReadoutKind = (typeof readoutKinds)[number];

/** Options of {@link Readout}. */
export interface ReadoutOptions {
  readonly kind: ReadoutKind;
  readonly inputSize: number;
  readonly outputSize: number;
  /** Probability of dropping an input in training. */
  readonly dropout: number;
  readonly random: Random;
}

/**
 * A layer between the decoder and the output layer:
 *
 * - `readout` - maxout: the larger one of each two neighbours of a linear map, as the deep output of Bahdanau et al. 2015,
 *   arXiv:1409.0473, App. A.2.2 (Goodfellow et al. 2013, arXiv:1302.4389)
 * - `tanh` - tanh(W x + b), as in Nematus (Sennrich et al. 2017, arXiv:1703.04357)
 * - `linear` - W x + b
 */
export class Readout extends Module {
  readonly kind: ReadoutKind;
  readonly dropout: Dropout;
  readonly linear: Linear;

  constructor({ kind, inputSize, outputSize, dropout, random }: ReadoutOptions) {
    super();
    this.kind = kind;
    this.dropout = new Dropout({ probability: dropout, random });
    this.linear = new Linear({
      inFeatures: inputSize,
      outFeatures: (kind === "readout" ? 2 : 1) * outputSize,
      random,
    });
  }

  /** @param x - `[b, t, inputSize]`; returns `[b, t, outputSize]` */
  forward(x: Tensor): Tensor {
    const mapped = this.linear.forward(this.dropout.forward(x));
    if (this.kind === "linear") return mapped;
    if (this.kind === "tanh") return tanh(mapped);
    const [b, t, width] = mapped.shape as [number, number, number];
    return max(mapped.reshape(b, t, width / 2, 2), { axis: -1 });
  }
}
