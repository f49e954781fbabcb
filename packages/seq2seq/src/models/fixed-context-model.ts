import type { RecurrentLayer } from "@heed/nn";
import type { Tensor } from "@heed/tensor";
import type { SourceBatch } from "../batch.js";
import { parseOptions } from "../options/parse-options.js";
import type { BuildContext } from "./build-context.js";
import type { RecurrentModelOptions } from "./option-types.js";
import type { OutputLayer } from "./output-layer.js";
import { type RecurrentDecoderState, RecurrentModel, recurrentOptions } from "./recurrent-model.js";
import type { DecoderOutput, DecoderStep, Encoded, InspectedStep, StepControl } from "./seq2seq-model.js";

/**
 * The baseline without attention: the decoder starts with the encoder's last state and sees nothing else of the source. The
 * logits are Linear(sᵢ).
 *
 * Source: Sutskever et al. 2014, arXiv:1409.3215.
 */
export class FixedContextModel extends RecurrentModel {
  readonly decoder: RecurrentLayer;
  readonly output: OutputLayer;

  /** @throws OptionError when an option is unknown, out of range, or does not fit the others */
  constructor(given: RecurrentModelOptions, context: BuildContext) {
    const options = parseOptions("FixedContextModel", recurrentOptions, given);
    super(options, context);
    this.decoder = this.createDecoder(options, context.random);
    this.output = this.createOutput(options.hiddenSize, context);
  }

  encode(source: SourceBatch): Encoded {
    const { layers, ...encoded } = this.encodeSource(source);
    return { ...encoded, initial: { layers } };
  }

  decode(encoded: Encoded, decoderInput: Tensor): DecoderOutput {
    const { logits } = this.#run(decoderInput, encoded.initial as RecurrentDecoderState);
    return { logits, weights: null, maps: [] };
  }

  step(
    _encoded: Encoded,
    ids: Tensor,
    state: RecurrentDecoderState,
    control?: StepControl,
  ): DecoderStep<RecurrentDecoderState> {
    this.checkControl(control, 0);
    const { logits, state: next } = this.#run(ids.reshape(-1, 1), state);
    return { logits: logits.reshape(ids.size, -1), weights: null, state: next };
  }

  inspect(
    encoded: Encoded,
    ids: Tensor,
    state: RecurrentDecoderState,
    control?: StepControl,
  ): InspectedStep<RecurrentDecoderState> {
    return { ...this.step(encoded, ids, state, control), layers: [] };
  }

  /** @param ids - `[b, t]` */
  #run(ids: Tensor, { layers }: RecurrentDecoderState): { logits: Tensor; state: RecurrentDecoderState } {
    const { outputs, state } = this.decoder.forward(this.embed(ids), { state: layers });
    return { logits: this.output.forward(this.outputDropout.forward(outputs)), state: { layers: state } };
  }
}
