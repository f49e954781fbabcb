import type { AttendOptions, KeyValueCache, MultiHeadMemory, QueryProjection } from "@heed/attention";
import { LayerNorm, Module } from "@heed/nn";
import type { Parameter, Tensor } from "@heed/tensor";
import { type DecoderLayerOutput, TransformerDecoderLayer } from "./transformer-decoder-layer.js";
import type { TransformerStackOptions } from "./transformer-encoder.js";

/** Inputs of a decoder besides the target. Every list has one entry for each layer. */
export interface TransformerDecoderInput {
  /** The source, from {@link TransformerDecoder.prepare}. */
  readonly memories: readonly MultiHeadMemory[];
  /** Target positions that a target position may attend, bool, broadcastable to `[b, t, t]`; default: all. */
  readonly mask?: Tensor | null;
  /** Keys and values of earlier target positions; default: there are none. */
  readonly caches?: readonly KeyValueCache[];
  /** From {@link TransformerDecoder.precompute}. */
  readonly projections?: readonly QueryProjection[];
  /** Control and inspection of the attention to the source. */
  readonly cross?: readonly AttendOptions[];
}

/** A stack of Transformer decoder layers. PyTorch: `nn.TransformerDecoder`, with the same names: `layers.0.…`, `norm`. */
export class TransformerDecoder extends Module {
  readonly layers: readonly TransformerDecoderLayer[];
  readonly norm: LayerNorm | null;

  constructor({ layers, finalNorm, ...options }: TransformerStackOptions) {
    super();
    this.layers = Array.from({ length: layers }, () => new TransformerDecoderLayer(options));
    this.norm = (finalNorm ?? options.norm === "pre") ? new LayerNorm({ size: options.size }) : null;
  }

  /** Projects the source's keys and values for each layer; see {@link TransformerDecoderLayer.prepare}. */
  prepare(states: Tensor, mask: Tensor | null = null): readonly MultiHeadMemory[] {
    return this.layers.map((layer) => layer.prepare(states, mask));
  }

  /** Computes what depends on parameters alone, once for any number of steps. */
  precompute(): readonly QueryProjection[] {
    return this.layers.map((layer) => layer.multihead_attn.precompute());
  }

  /** The parameters that {@link precompute} depends on. */
  get precomputed(): readonly Parameter[] {
    return this.layers.flatMap((layer) => layer.multihead_attn.precomputed);
  }

  /**
   * @param x - `[b, t, d]`
   * @returns `output` `[b, t, d]`, and the outputs of each layer
   */
  forward(
    x: Tensor,
    { memories, mask = null, caches = [], projections = [], cross = [] }: TransformerDecoderInput,
  ): { output: Tensor; layers: readonly DecoderLayerOutput[] } {
    let output = x;
    const layers: DecoderLayerOutput[] = [];
    for (const [i, layer] of this.layers.entries()) {
      const cache = caches[i] ?? null;
      const input = { memory: memories[i]!, mask, cache, projection: projections[i], cross: cross[i] ?? {} };
      layers.push(layer.forward(output, input));
      output = layers[i]!.output;
    }
    return { output: this.norm?.forward(output) ?? output, layers };
  }
}
