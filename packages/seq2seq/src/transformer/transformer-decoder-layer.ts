import { type AttentionMemory, type KeyValueCache, MultiHeadAttention } from "@heed/attention";
import { LayerNorm } from "@heed/nn";
import type { Tensor } from "@heed/tensor";
import { TransformerLayer, type TransformerLayerOptions } from "./transformer-layer.js";

/** What a decoder layer is given besides its input. */
export interface DecoderLayerInput {
  /** The source, from {@link TransformerDecoderLayer.prepare}. */
  readonly memory: AttentionMemory;
  /** Which target positions may attend which, bool, broadcastable to `[b, t, t]`, true = may attend; by default all. */
  readonly mask?: Tensor | null;
  /** What the target's earlier positions left; by default these are the first. */
  readonly before?: KeyValueCache | null;
  /** From {@link TransformerDecoderLayer.derive}. */
  readonly derived?: readonly Tensor[];
}

/** What a layer of the decoder says. */
export interface DecoderLayerOutput {
  /** `[b, t, d]`. */
  readonly output: Tensor;
  /** How the target attended itself, `[b, h, t, k]`: the earlier positions first. */
  readonly own: Tensor;
  /** How the target attended the source, `[b, h, t, s]`. */
  readonly cross: Tensor;
  /** For later positions. */
  readonly cache: KeyValueCache;
}

/**
 * A layer of a Transformer's decoder: the target attends itself, then the source, then each position passes a
 * feed-forward part; around each of the three is a residual sum with a norm.
 *
 * Parameters are named as PyTorch names those of `nn.TransformerDecoderLayer(…, batch_first=True)`: `self_attn`,
 * `multihead_attn` (to the source), `linear1`, `linear2`, `norm1`, `norm2`, `norm3`. Source: Vaswani et al. 2017,
 * arXiv:1706.03762, section 3.1.
 *
 * @example
 * const layer = new TransformerDecoderLayer({ size: 64, heads: 4, feedForwardSize: 256, random });
 * const memory = layer.prepare(states, sourceMask); // once a sentence
 * const { output } = layer.forward(x, { memory, mask }); // [b, t, 64] -> [b, t, 64]
 */
export class TransformerDecoderLayer extends TransformerLayer {
  readonly self_attn: MultiHeadAttention;
  readonly multihead_attn: MultiHeadAttention;
  readonly norm1: LayerNorm;
  readonly norm2: LayerNorm;
  readonly norm3: LayerNorm;

  constructor(options: TransformerLayerOptions) {
    super(options);
    const { size, heads, dropout = 0, attentionDropout = dropout, random } = options;
    this.self_attn = new MultiHeadAttention({ size, heads, dropout: attentionDropout, random });
    this.multihead_attn = new MultiHeadAttention({ size, heads, dropout: attentionDropout, random });
    this.norm1 = new LayerNorm({ size });
    this.norm2 = new LayerNorm({ size });
    this.norm3 = new LayerNorm({ size });
  }

  /**
   * The source's keys and values, projected once a sentence.
   *
   * @param states - `[b, s, d]`
   * @param mask - bool, broadcastable to `[b, t, s]`, true = may attend; by default everything may be attended
   */
  prepare(states: Tensor, mask: Tensor | null = null): AttentionMemory {
    return this.multihead_attn.prepare(states, { mask });
  }

  /** What can be made of the parameters once, rather than at each step. */
  derive(): readonly Tensor[] {
    return this.multihead_attn.derive();
  }

  /** @param x - `[b, t, d]` */
  forward(
    x: Tensor,
    { memory, mask = null, before = null, derived = this.derive() }: DecoderLayerInput,
  ): DecoderLayerOutput {
    const self = this.self_attn.attendSelf(this.enter(x, this.norm1), { mask, before });
    const own = this.join(x, self.context, this.norm1);
    const cross = this.multihead_attn.forward(this.enter(own, this.norm2), memory, derived);
    const read = this.join(own, cross.context, this.norm2);
    const output = this.join(read, this.feedForward(this.enter(read, this.norm3)), this.norm3);
    return { output, own: self.weights, cross: cross.weights, cache: self.cache };
  }
}
