import type { AttentionMemory, KeyValueCache } from "@heed/attention";
import { LayerNorm, Module } from "@heed/nn";
import type { Tensor } from "@heed/tensor";
import { type DecoderLayerOutput, TransformerDecoderLayer } from "./transformer-decoder-layer.js";
import type { TransformerStackOptions } from "./transformer-encoder.js";

/** What a decoder is given besides its input; lists have an entry a layer. */
export interface TransformerDecoderInput {
  /** The source, from {@link TransformerDecoder.prepare}. */
  readonly memories: readonly AttentionMemory[];
  /** Which target positions may attend which, bool, broadcastable to `[b, t, t]`, true = may attend; by default all. */
  readonly mask?: Tensor | null;
  /** What the target's earlier positions left; by default these are the first. */
  readonly caches?: readonly KeyValueCache[];
  /** From {@link TransformerDecoder.derive}. */
  readonly derived?: readonly (readonly Tensor[])[];
}

/**
 * Layers of a Transformer's decoder, one above the other. PyTorch: `nn.TransformerDecoder`, with the same names:
 * `layers.0.…`, `norm`.
 */
export class TransformerDecoder extends Module {
  readonly layers: readonly TransformerDecoderLayer[];
  readonly norm: LayerNorm | null;

  constructor({ layers, finalNorm, ...options }: TransformerStackOptions) {
    super();
    this.layers = Array.from({ length: layers }, () => new TransformerDecoderLayer(options));
    this.norm = (finalNorm ?? options.norm === "pre") ? new LayerNorm({ size: options.size }) : null;
  }

  /** The source's keys and values for each layer; see {@link TransformerDecoderLayer.prepare}. */
  prepare(states: Tensor, mask: Tensor | null = null): readonly AttentionMemory[] {
    return this.layers.map((layer) => layer.prepare(states, mask));
  }

  /** What each layer can make of its parameters once, rather than at each step. */
  derive(): readonly (readonly Tensor[])[] {
    return this.layers.map((layer) => layer.derive());
  }

  /**
   * @param x - `[b, t, d]`
   * @returns `output` `[b, t, d]`, and what each layer said
   */
  forward(
    x: Tensor,
    { memories, mask = null, caches = [], derived = this.derive() }: TransformerDecoderInput,
  ): { output: Tensor; layers: readonly DecoderLayerOutput[] } {
    let output = x;
    const said: DecoderLayerOutput[] = [];
    for (const [i, layer] of this.layers.entries()) {
      const before = caches[i] ?? null;
      said.push(layer.forward(output, { memory: memories[i]!, mask, before, derived: derived[i]! }));
      output = said[i]!.output;
    }
    return { output: this.norm?.forward(output) ?? output, layers: said };
  }
}
