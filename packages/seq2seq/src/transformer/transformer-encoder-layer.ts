import { MultiHeadAttention } from "@heed/attention";
import { LayerNorm } from "@heed/nn";
import type { Tensor } from "@heed/tensor";
import { TransformerLayer, type TransformerLayerOptions } from "./transformer-layer.js";

/** What a layer of the encoder says. */
export interface EncoderLayerOutput {
  /** `[b, s, d]`. */
  readonly output: Tensor;
  /** How the sequence attended itself, `[b, h, s, s]`. */
  readonly weights: Tensor;
}

/**
 * A layer of a Transformer's encoder: the sequence attends itself, then each position passes a feed-forward part; around
 * both is a residual sum with a norm.
 *
 * Parameters are named as PyTorch names those of `nn.TransformerEncoderLayer(…, batch_first=True)`: `self_attn`, `linear1`,
 * `linear2`, `norm1`, `norm2`. Source: Vaswani et al. 2017, arXiv:1706.03762, section 3.1.
 *
 * @example
 * const layer = new TransformerEncoderLayer({ size: 64, heads: 4, feedForwardSize: 256, random });
 * const { output } = layer.forward(x, mask); // [b, s, 64] -> [b, s, 64]
 */
export class TransformerEncoderLayer extends TransformerLayer {
  readonly self_attn: MultiHeadAttention;
  readonly norm1: LayerNorm;
  readonly norm2: LayerNorm;

  constructor(options: TransformerLayerOptions) {
    super(options);
    const { size, heads, dropout = 0, attentionDropout = dropout, random } = options;
    this.self_attn = new MultiHeadAttention({ size, heads, dropout: attentionDropout, random });
    this.norm1 = new LayerNorm({ size });
    this.norm2 = new LayerNorm({ size });
  }

  /**
   * @param x - `[b, s, d]`
   * @param mask - bool, broadcastable to `[b, s, s]`, true = may attend; by default everything may be attended
   */
  forward(x: Tensor, mask: Tensor | null = null): EncoderLayerOutput {
    const { context, weights } = this.self_attn.attendSelf(this.enter(x, this.norm1), { mask });
    const attended = this.join(x, context, this.norm1);
    const output = this.join(attended, this.feedForward(this.enter(attended, this.norm2)), this.norm2);
    return { output, weights };
  }
}
