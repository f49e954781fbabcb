import { HeedError, type Random } from "@heed/core";
import { Dropout, type LayerNorm, Linear, Module } from "@heed/nn";
import { gelu, relu, type Tensor } from "@heed/tensor";

/** What may stand between the two matrices of a feed-forward part. */
export const activationKinds = ["relu", "gelu"] as const;

export type ActivationKind = (typeof activationKinds)[number];

/** Where the norm stands: before each part (`pre`), or after each part's sum (`post`, as in the paper). */
export const normKinds = ["pre", "post"] as const;

export type NormKind = (typeof normKinds)[number];

export interface TransformerLayerOptions {
  /** Width of each position, d. PyTorch: `d_model`. */
  readonly size: number;
  /** How many heads attend side by side; they divide d. */
  readonly heads: number;
  /** Width between the two matrices of the feed-forward part, f. */
  readonly feedForwardSize: number;
  /** By default `post`. */
  readonly norm?: NormKind;
  /** By default `relu`; `gelu` is the exact one, by erf. */
  readonly activation?: ActivationKind;
  /** Probability with which an entry of a part's result is dropped in training; by default 0. */
  readonly dropout?: number;
  /** Probability of dropping a feature between the two matrices of the feed-forward part in training. Default: `dropout`. */
  readonly feedForwardDropout?: number | undefined;
  /** Probability with which an attention weight is dropped in training; by default that of `dropout`. */
  readonly attentionDropout?: number;
  /** Draws the first values. */
  readonly random: Random;
}

/** What layers of encoder and decoder have in common: a feed-forward part, and how the parts are joined. */
export abstract class TransformerLayer extends Module {
  readonly linear1: Linear;
  readonly linear2: Linear;
  readonly dropout: Dropout;
  readonly feedForwardDropout: Dropout;
  readonly #activation: (x: Tensor) => Tensor;
  readonly #normFirst: boolean;

  /** @throws HeedError when there is no such activation or norm */
  protected constructor(options: TransformerLayerOptions) {
    super();
    const { size, feedForwardSize, norm = "post", activation = "relu", dropout = 0, random } = options;
    const { feedForwardDropout = dropout } = options;
    const activations: Record<ActivationKind, (x: Tensor) => Tensor> = {
      relu: (x) => relu(x),
      gelu: (x) => gelu(x, {}),
    };
    if (!normKinds.includes(norm) || !activationKinds.includes(activation)) {
      throw new HeedError(
        `A Transformer layer has norm ${normKinds.join(" or ")} and activation ${activationKinds.join(" or ")}, but ${norm} and ${activation} came.`,
      );
    }
    this.linear1 = new Linear({ inFeatures: size, outFeatures: feedForwardSize, random });
    this.linear2 = new Linear({ inFeatures: feedForwardSize, outFeatures: size, random });
    this.dropout = new Dropout({ probability: dropout, random });
    this.feedForwardDropout = new Dropout({ probability: feedForwardDropout, random });
    this.#activation = activations[activation];
    this.#normFirst = norm === "pre";
  }

  /** What a part is given: `x`, or with `pre` its norm. */
  protected enter(x: Tensor, norm: LayerNorm): Tensor {
    return this.#normFirst ? norm.forward(x) : x;
  }

  /** The sum of `x` and what a part made of it; with `post`, the norm of the sum. */
  protected join(x: Tensor, part: Tensor, norm: LayerNorm): Tensor {
    const sum = x.add(this.dropout.forward(part));
    return this.#normFirst ? sum : norm.forward(sum);
  }

  /** W₂ activation(W₁ x + b₁) + b₂, for each position alone. Source: Vaswani et al. 2017, eq. 2. */
  protected feedForward(x: Tensor): Tensor {
    return this.linear2.forward(this.feedForwardDropout.forward(this.#activation(this.linear1.forward(x)))); // b t f -> b t d
  }
}
