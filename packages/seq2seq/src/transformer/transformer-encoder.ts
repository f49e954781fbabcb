import { LayerNorm, Module } from "@heed/nn";
import type { Tensor } from "@heed/tensor";
import { TransformerEncoderLayer } from "./transformer-encoder-layer.js";
import type { TransformerLayerOptions } from "./transformer-layer.js";

/** Options of a stack of Transformer layers. */
export interface TransformerStackOptions extends TransformerLayerOptions {
  /** How many layers. */
  readonly layers: number;
  /** Whether the last layer's output is normed once more; by default with `pre`, whose sums nobody norms. */
  readonly finalNorm?: boolean;
}

/**
 * Layers of a Transformer's encoder, one above the other. PyTorch: `nn.TransformerEncoder`, with the same names:
 * `layers.0.…`, `norm`.
 */
export class TransformerEncoder extends Module {
  readonly layers: readonly TransformerEncoderLayer[];
  readonly norm: LayerNorm | null;

  constructor({ layers, finalNorm, ...options }: TransformerStackOptions) {
    super();
    this.layers = Array.from({ length: layers }, () => new TransformerEncoderLayer(options));
    this.norm = (finalNorm ?? options.norm === "pre") ? new LayerNorm({ size: options.size }) : null;
  }

  /**
   * @param x - `[b, s, d]`
   * @param mask - bool, broadcastable to `[b, s, s]`, true = may attend; by default everything may be attended
   * @returns `output` `[b, s, d]`, and how each layer attended, `[b, h, s, s]` each
   */
  forward(x: Tensor, mask: Tensor | null = null): { output: Tensor; weights: readonly Tensor[] } {
    let output = x;
    const weights: Tensor[] = [];
    for (const layer of this.layers) {
      const said = layer.forward(output, mask);
      output = said.output;
      weights.push(said.weights);
    }
    return { output: this.norm?.forward(output) ?? output, weights };
  }
}
