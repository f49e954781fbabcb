import type { Random } from "@heed/core";
import { Linear, Module } from "@heed/nn";
import { max, type Tensor } from "@heed/tensor";

/**
 * A maxout layer: of each two neighbours of a linear map, the larger.
 *
 * Source: Goodfellow et al. 2013, arXiv:1302.4389; as the deep output of Bahdanau et al. 2015, arXiv:1409.0473, App. A.2.2.
 */
export class Readout extends Module {
  readonly linear: Linear;

  constructor({ inputSize, outputSize, random }: { inputSize: number; outputSize: number; random: Random }) {
    super();
    this.linear = new Linear({ inFeatures: inputSize, outFeatures: 2 * outputSize, random });
  }

  /** @param x - `[b, t, inputSize]`; returns `[b, t, outputSize]` */
  forward(x: Tensor): Tensor {
    const pairs = this.linear.forward(x);
    const [b, t, width] = pairs.shape as [number, number, number];
    return max(pairs.reshape(b, t, width / 2, 2), { axis: -1 });
  }
}
