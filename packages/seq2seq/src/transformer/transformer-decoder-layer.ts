import {
  type AttendOptions,
  type AttentionInspection,
  type KeyValueCache,
  MultiHeadAttention,
  type MultiHeadMemory,
  type QueryProjection,
} from "@heed/attention";
import { LayerNorm } from "@heed/nn";
import type { Tensor } from "@heed/tensor";
import { TransformerLayer, type TransformerLayerOptions } from "./transformer-layer.js";

/** Inputs of a decoder layer besides the target. */
export interface DecoderLayerInput {
  /** The source, from {@link TransformerDecoderLayer.prepare}. */
  readonly memory: MultiHeadMemory;
  /** Target positions that a target position may attend, bool, broadcastable to `[b, t, t]`; default: all. */
  readonly mask?: Tensor | null;
  /** Keys and values of earlier target positions; default: there are none. */
  readonly cache?: KeyValueCache | null;
  /** From {@link MultiHeadAttention.precompute} of `multihead_attn`. */
  readonly projection?: QueryProjection | undefined;
  /** Control and inspection of the attention to the source. */
  readonly cross?: AttendOptions;
}

/** Outputs of a decoder layer. */
export interface DecoderLayerOutput {
  /** `[b, t, d]`. */
  readonly output: Tensor;
  /** Self-attention weights of the target, `[b, h, t, k]`, the earlier positions first. */
  readonly self: Tensor;
  /** Weights of the attention to the source, `[b, h, t, s]`. */
  readonly cross: Tensor;
  /** For later positions. */
  readonly cache: KeyValueCache;
  /** Of the attention to the source; `null` unless it is asked for. */
  readonly inspection: AttentionInspection | null;
}

/**
 * A layer of a Transformer decoder: self-attention of the target, attention to the source, and a feed-forward part. Each
 * of the three has a residual connection with a norm.
 *
 * Parameters have the names of PyTorch's `nn.TransformerDecoderLayer(…, batch_first=True)`: `self_attn`, `multihead_attn`
 * (to the source), `linear1`, `linear2`, `norm1`, `norm2`, `norm3`. Source: Vaswani et al. 2017, arXiv:1706.03762,
 * section 3.1.
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
   * Projects the source's keys and values, once a sentence.
   *
   * @param states - `[b, s, d]`
   * @param mask - bool, broadcastable to `[b, t, s]`, true = may attend; default: every position may be attended
   */
  prepare(states: Tensor, mask: Tensor | null = null): MultiHeadMemory {
    return this.multihead_attn.prepare(states, { mask });
  }

  /** @param x - `[b, t, d]` */
  forward(
    x: Tensor,
    { memory, mask = null, cache = null, projection, cross: options }: DecoderLayerInput,
  ): DecoderLayerOutput {
    const self = this.self_attn.attendSelf(this.enter(x, this.norm1), { mask, cache });
    const own = this.join(x, self.context, this.norm1);
    const cross = this.multihead_attn.forward(this.enter(own, this.norm2), memory, { ...options, projection });
    const read = this.join(own, cross.context, this.norm2);
    const output = this.join(read, this.feedForward(this.enter(read, this.norm3)), this.norm3);
    return { output, self: self.weights, cross: cross.weights, cache: self.cache, inspection: cross.inspection };
  }
}
