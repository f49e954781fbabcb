import { HeedError, type Random } from "@heed/core";
import { Dropout, type LayerNorm, Linear, Module } from "@heed/nn";
import { gelu, relu, type Tensor } from "@heed/tensor";

/** Activations between the two matrices of a feed-forward part. */
export const activationKinds = ["relu", "gelu"] as const;

export type ActivationKind = (typeof activationKinds)[number];

/** Positions of the layer norm: before each part (`pre`), or after its residual sum (`post`, as in the paper). */
export const normKinds = ["pre", "post"] as const;

export type NormKind = (typeof normKinds)[number];

export interface TransformerLayerOptions {
  /** Size of the vector of each position, d. PyTorch: `d_model`. */
  readonly size: number;
  /** Number of heads of each attention. It must divide d. PyTorch: `nhead`. */
  readonly heads: number;
  /** Size between the two matrices of the feed-forward part, f. PyTorch: `dim_feedforward`. */
  readonly feedForwardSize: number;
  /** Default: `post`. */
  readonly norm?: NormKind;
  /** Default: `relu`. `gelu` is exact: it uses erf. */
  readonly activation?: ActivationKind;
  /** Probability of dropping a feature of a part's result in training. Default: 0. */
  readonly dropout?: number;
  /** Probability of dropping a feature between the two matrices of the feed-forward part in training. Default: `dropout`. */
  readonly feedForwardDropout?: number | undefined;
  /** Probability of dropping an attention weight in training. Default: `dropout`. */
  readonly attentionDropout?: number;
  /** Draws the initial parameters. */
  readonly random: Random;
}

/** The base of encoder and decoder layers: the feed-forward part, and the residual sums with their norms. */
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
        `TransformerLayer: norm must be ${normKinds.join(" or ")} and activation ${activationKinds.join(" or ")}, got ${norm} and ${activation}.`,
      );
    }
    this.linear1 = new Linear({ inFeatures: size, outFeatures: feedForwardSize, random });
    this.linear2 = new Linear({ inFeatures: feedForwardSize, outFeatures: size, random });
    this.dropout = new Dropout({ probability: dropout, random });
    this.feedForwardDropout = new Dropout({ probability: feedForwardDropout, random });
    this.#activation = activations[activation];
    this.#normFirst = norm === "pre";
  }

  /** Returns the input of a part: `x`, or its norm with `pre`. `x`: `[b, t, d]`. */
  protected enter(x: Tensor, norm: LayerNorm): Tensor {
    return this.#normFirst ? norm.forward(x) : x;
  }

  /** Returns x + dropout(part), or its norm with `post`. `x` and `part`: `[b, t, d]`. */
  protected join(x: Tensor, part: Tensor, norm: LayerNorm): Tensor {
    const sum = x.add(this.dropout.forward(part));
    return this.#normFirst ? sum : norm.forward(sum);
  }

  /** Computes W₂ activation(W₁ x + b₁) + b₂ at each position. Source: Vaswani et al. 2017, eq. 2. */
  protected feedForward(x: Tensor): Tensor {
    return this.linear2.forward(this.feedForwardDropout.forward(this.#activation(this.linear1.forward(x)))); // b t f -> b t d
  }
}
