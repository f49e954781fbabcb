import type { Attention } from "@heed/attention";
import { Linear, type RecurrentLayer, recurrentLayer } from "@heed/nn";
import type { Tensor } from "@heed/tensor";
import type { z } from "zod";
import type { BuildContext } from "../recipe.js";
import { attentionOptions, buildAttention } from "./attention-options.js";
import { Combiner } from "./combiner.js";
import { packState, unpackState } from "./decoder-state.js";
import { RecurrentModel, recurrentOptions } from "./recurrent-model.js";
import type { DecoderOutput, DecoderState, DecoderStep, Encoded } from "./seq2seq-model.js";

/** Options of {@link AfterStepModel}. */
export const afterStepOptions = recurrentOptions.extend(attentionOptions);

/**
 * Attention after the decoder's step: the new state sᵢ is the query, so that under teacher forcing all steps are attended
 * at once. Logits are Linear([sᵢ; cᵢ]), or Linear(sᵢ + cᵢ).
 */
export class AfterStepModel extends RecurrentModel {
  readonly decoder: RecurrentLayer;
  readonly attention: Attention;
  readonly combiner: Combiner;
  readonly output: Linear;

  constructor(options: z.infer<typeof afterStepOptions>, context: BuildContext) {
    super(options, context);
    const { cell, embeddingSize, hiddenSize, layers, dropout } = options;
    const { random } = context;
    const contextSize = this.encoder.outputSize;
    this.decoder = recurrentLayer(cell, { inputSize: embeddingSize, hiddenSize, layers, dropout, random });
    this.attention = buildAttention(options, { querySize: hiddenSize, keySize: contextSize }, context);
    this.combiner = new Combiner({ kind: options.combine, size: hiddenSize, contextSize, random });
    this.output = new Linear({ inFeatures: this.combiner.outputSize, outFeatures: context.targetSize, random });
  }

  protected prepare(states: Tensor): Tensor {
    return this.attention.prepare(states);
  }

  decode(encoded: Encoded, decoderInput: Tensor): DecoderOutput {
    return this.#run(encoded, decoderInput, encoded.initial);
  }

  step(encoded: Encoded, ids: Tensor, state: DecoderState): DecoderStep {
    const { logits, weights, next } = this.#run(encoded, ids.reshape(-1, 1), state);
    const b = ids.size;
    return { logits: logits.reshape(b, -1), weights: weights.reshape(b, -1), state: next };
  }

  /** @param ids - `[b, t]` */
  #run(
    { states, prepared, mask }: Encoded,
    ids: Tensor,
    state: DecoderState,
  ): { logits: Tensor; weights: Tensor; next: DecoderState } {
    const run = this.decoder.forward(this.embed(ids), { state: unpackState(state, this.layers) });
    const { context, weights } = this.attention.forward(run.outputs, { prepared: prepared!, values: states, mask });
    const logits = this.output.forward(this.combiner.forward(run.outputs, context)); // b t v
    return { logits, weights, next: packState(run.state) };
  }
}
