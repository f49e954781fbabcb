import type { Attended, Attention, AttentionMemory } from "@heed/attention";
import { Linear, type RecurrentLayer, recurrentLayer } from "@heed/nn";
import type { Tensor } from "@heed/tensor";
import type { z } from "zod";
import type { BuildContext } from "../recipe.js";
import { attentionOptions, buildAttention } from "./attention-options.js";
import { Combiner } from "./combiner.js";
import { crossMap } from "./cross-map.js";
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
    this.decoder = recurrentLayer(cell, { inputSize: embeddingSize, hiddenSize, layers, dropout, random });
    this.attention = buildAttention(options, { querySize: hiddenSize, keySize: this.encoder.outputSize }, context);
    const { contextSize } = this.attention;
    this.combiner = new Combiner({ kind: options.combine, size: hiddenSize, contextSize, random });
    this.output = new Linear({ inFeatures: this.combiner.outputSize, outFeatures: context.targetSize, random });
  }

  protected override prepare(states: Tensor, mask: Tensor, lengths: Tensor): readonly AttentionMemory[] {
    return [this.attention.prepare(states, { mask, lengths })];
  }

  protected override start([memory]: readonly AttentionMemory[]): DecoderState {
    return this.attention.start(memory!);
  }

  decode(encoded: Encoded, decoderInput: Tensor): DecoderOutput {
    const { logits, attended } = this.#run(encoded, decoderInput, encoded.initial);
    return { logits, weights: attended.weights, maps: [crossMap(attended)] };
  }

  step(encoded: Encoded, ids: Tensor, state: DecoderState): DecoderStep {
    const { logits, attended, next } = this.#run(encoded, ids.reshape(-1, 1), state);
    const b = ids.size;
    return { logits: logits.reshape(b, -1), weights: attended.weights.reshape(b, -1), state: next };
  }

  /** @param ids - `[b, t]` */
  #run(
    { memories }: Encoded,
    ids: Tensor,
    before: DecoderState,
  ): { logits: Tensor; attended: Attended; next: DecoderState } {
    const { layers, rest } = unpackState(before, this.layers, this.cell);
    const { outputs, state } = this.decoder.forward(this.embed(ids), { state: layers });
    const attended = this.attention.forward(outputs, memories[0]!, rest);
    const logits = this.output.forward(this.combiner.forward(outputs, attended.context)); // b t v
    return { logits, attended, next: [...packState(state), ...attended.state] };
  }
}
