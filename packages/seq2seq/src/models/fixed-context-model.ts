import { Linear, type RecurrentLayer, recurrentLayer } from "@heed/nn";
import type { Tensor } from "@heed/tensor";
import type { BuildContext } from "../recipe.js";
import { packState, unpackState } from "./decoder-state.js";
import { RecurrentModel, type RecurrentOptions } from "./recurrent-model.js";
import type { DecoderOutput, DecoderState, DecoderStep, Encoded } from "./seq2seq-model.js";

/**
 * The baseline without attention: all that the decoder knows of the source is the encoder's last state, in which it
 * starts. Logits are Linear(sᵢ).
 *
 * Source: Sutskever et al. 2014, arXiv:1409.3215.
 */
export class FixedContextModel extends RecurrentModel {
  readonly decoder: RecurrentLayer;
  readonly output: Linear;

  constructor(options: RecurrentOptions, context: BuildContext) {
    super(options, context);
    const { cell, embeddingSize, hiddenSize, layers, dropout } = options;
    const { random } = context;
    this.decoder = recurrentLayer(cell, { inputSize: embeddingSize, hiddenSize, layers, dropout, random });
    this.output = new Linear({ inFeatures: hiddenSize, outFeatures: context.targetSize, random });
  }

  decode(encoded: Encoded, decoderInput: Tensor): DecoderOutput {
    const { logits } = this.#run(decoderInput, encoded.initial);
    return { logits, weights: null, maps: [] };
  }

  step(_encoded: Encoded, ids: Tensor, state: DecoderState): DecoderStep {
    const { logits, next } = this.#run(ids.reshape(-1, 1), state);
    return { logits: logits.reshape(ids.size, -1), weights: null, state: next };
  }

  /** @param ids - `[b, t]` */
  #run(ids: Tensor, state: DecoderState): { logits: Tensor; next: DecoderState } {
    const run = this.decoder.forward(this.embed(ids), { state: unpackState(state, this.layers, this.cell).layers });
    return { logits: this.output.forward(run.outputs), next: packState(run.state) };
  }
}
