import type { Random } from "@heed/core";
import { type Embedding, Linear } from "@heed/nn";
import type { Tensor } from "@heed/tensor";

/** Options of {@link OutputLayer}. */
export interface OutputLayerOptions {
  /** Size of the last axis of what comes in. */
  readonly inFeatures: number;
  /** Number of target tokens. */
  readonly outFeatures: number;
  /** The embedding whose matrix the layer uses; `null`: a matrix of its own. */
  readonly tied: Embedding | null;
  readonly random: Random;
}

/**
 * The output layer, from features to logits. It may use the matrix of an embedding; features of another size are first
 * projected to that of the embedding.
 *
 * Source: Press and Wolf 2017, arXiv:1608.05859 (tied weights).
 */
export class OutputLayer extends Linear {
  readonly projection: Linear | null;

  constructor({ inFeatures, outFeatures, tied, random }: OutputLayerOptions) {
    const size = tied?.weight.shape[1] ?? inFeatures;
    super({ inFeatures: size, outFeatures, random });
    this.projection = size === inFeatures ? null : new Linear({ inFeatures, outFeatures: size, bias: false, random });
    if (!tied) return;
    this.weight.dispose();
    this.weight = tied.weight;
  }

  /** @param x - `[..., inFeatures]`; returns `[..., outFeatures]` */
  override forward(x: Tensor): Tensor {
    return super.forward(this.projection?.forward(x) ?? x);
  }
}
