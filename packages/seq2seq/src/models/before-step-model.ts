import {
  type Attended,
  type Attention,
  type AttentionMemory,
  type AttentionState,
  joinAttended,
} from "@heed/attention";
import {
  GRUCell,
  Linear,
  type RecurrentCell,
  type RecurrentLayer,
  type RecurrentState,
  recurrentCell,
  recurrentLayer,
} from "@heed/nn";
import { concat, linear, slice, stack, type Tensor, unstack } from "@heed/tensor";
import { z } from "zod";
import type { BuildContext } from "../recipe.js";
import { attentionOptions, buildAttention } from "./attention-options.js";
import { Combiner } from "./combiner.js";
import { crossMap } from "./cross-map.js";
import { packState, unpackState } from "./decoder-state.js";
import { Readout } from "./readout.js";
import { RecurrentModel, recurrentOptions } from "./recurrent-model.js";
import type { DecoderOutput, DecoderState, DecoderStep, Encoded } from "./seq2seq-model.js";

/** Options of {@link BeforeStepModel}. */
export const beforeStepOptions = recurrentOptions.extend({
  ...attentionOptions,
  /** `state`: logits are Linear(sᵢ). `readout`: a maxout layer over [sᵢ; cᵢ; yᵢ₋₁] comes first, as in the paper. */
  output: z.enum(["state", "readout"]).default("state"),
});

/** What the first layer says. */
interface FirstLayer {
  /** `[b, t, h]`. */
  readonly outputs: Tensor;
  readonly attended: Attended;
  /** After the last step. */
  readonly state: RecurrentState;
}

/**
 * Attention before the decoder's step: the previous state sᵢ₋₁ is the query, and the context joins the decoder's input,
 * [yᵢ₋₁; cᵢ], or yᵢ₋₁ + cᵢ. Layers above the first one run over what the first one says.
 *
 * Source: Bahdanau et al. 2015, arXiv:1409.0473.
 */
export class BeforeStepModel extends RecurrentModel {
  readonly attention: Attention;
  readonly combiner: Combiner;
  readonly decoder: RecurrentCell;
  /** The decoder's layers above the first. */
  readonly upper: RecurrentLayer | null;
  readonly readout: Readout | null;
  readonly output: Linear;

  constructor(options: z.infer<typeof beforeStepOptions>, context: BuildContext) {
    super(options, context);
    const { cell, embeddingSize, hiddenSize, layers, dropout } = options;
    const { random } = context;
    this.attention = buildAttention(options, { querySize: hiddenSize, keySize: this.encoder.outputSize }, context);
    const { contextSize } = this.attention;
    this.combiner = new Combiner({ kind: options.combine, size: embeddingSize, contextSize, random });
    this.decoder = recurrentCell(cell, { inputSize: this.combiner.outputSize, hiddenSize, random });
    this.upper =
      layers === 1
        ? null
        : recurrentLayer(cell, { inputSize: hiddenSize, hiddenSize, layers: layers - 1, dropout, random });
    this.readout =
      options.output === "state"
        ? null
        : new Readout({ inputSize: hiddenSize + contextSize + embeddingSize, outputSize: hiddenSize, random });
    this.output = new Linear({ inFeatures: hiddenSize, outFeatures: context.targetSize, random });
  }

  protected override prepare(states: Tensor, mask: Tensor, lengths: Tensor): readonly AttentionMemory[] {
    return [this.attention.prepare(states, { mask, lengths })];
  }

  protected override start([memory]: readonly AttentionMemory[]): DecoderState {
    return this.attention.start(memory!);
  }

  /** For `concat`, the token's and the context's part of the cell's input projection. */
  protected override derive(): readonly Tensor[] {
    if (this.combiner.kind !== "concat") return [];
    const { weight_ih, inputSize } = this.decoder;
    const end = inputSize - this.attention.contextSize;
    return [slice(weight_ih, { axis: 1, start: 0, end }), slice(weight_ih, { axis: 1, start: end })];
  }

  decode(encoded: Encoded, decoderInput: Tensor): DecoderOutput {
    const { logits, first } = this.#run(encoded, decoderInput, encoded.initial);
    return { logits, weights: first.attended.weights, maps: [crossMap(first.attended)] };
  }

  step(encoded: Encoded, ids: Tensor, state: DecoderState): DecoderStep {
    const { logits, first, next } = this.#run(encoded, ids.reshape(-1, 1), state);
    const b = ids.size;
    return { logits: logits.reshape(b, -1), weights: first.attended.weights.reshape(b, -1), state: next };
  }

  /** @param ids - `[b, t]` */
  #run(
    { memories, derived }: Encoded,
    ids: Tensor,
    before: DecoderState,
  ): { logits: Tensor; first: FirstLayer; next: DecoderState } {
    const { layers, rest } = unpackState(before, this.layers, this.cell);
    const tokens = this.embed(ids); // b t e
    const first = this.#attendAndStep(tokens, layers[0]!, memories[0]!, rest, derived);
    const upper = this.upper?.forward(this.dropout.forward(first.outputs), { state: layers.slice(1) });
    const top = upper?.outputs ?? first.outputs;
    const read = this.readout?.forward(concat([top, first.attended.context, tokens], { axis: -1 })) ?? top;
    return {
      logits: this.output.forward(read),
      first,
      next: [...packState([first.state, ...(upper?.state ?? [])]), ...first.attended.state],
    };
  }

  /**
   * The first layer, which attends before each of its steps.
   * @param tokens - `[b, t, e]`
   */
  #attendAndStep(
    tokens: Tensor,
    before: RecurrentState,
    memory: AttentionMemory,
    remembered: AttentionState,
    [tokenWeight, contextWeight]: readonly Tensor[],
  ): FirstLayer {
    const { weight_ih, bias_ih } = this.decoder;
    const tokenGates = linear(tokens, tokenWeight ?? weight_ih, bias_ih); // b t 3h
    const fused = contextWeight && this.#attendAndStepAtOnce(tokenGates, before, memory, contextWeight);
    if (fused) return fused;
    const ofContext = (context: Tensor): Tensor =>
      contextWeight ? linear(context, contextWeight, null) : linear(this.combiner.project(context), weight_ih, null);
    const states: RecurrentState[] = [];
    const steps: Attended[] = [];
    for (const gates of unstack(tokenGates, { axis: 1 })) {
      const state = states.at(-1) ?? before;
      const attended = this.attention.forward(state.hidden, memory, steps.at(-1)?.state ?? remembered);
      const context = attended.context.reshape(tokens.shape[0]!, this.attention.contextSize);
      states.push(this.decoder.step(gates.add(ofContext(context)), state));
      steps.push(attended);
    }
    return {
      outputs: stack(
        states.map(({ hidden }) => hidden),
        { axis: 1 },
      ), // b t h
      attended: joinAttended(steps),
      state: states.at(-1)!,
    };
  }

  /** The same in one operation, where cell and scorer have one. */
  #attendAndStepAtOnce(
    tokenGates: Tensor,
    { hidden }: RecurrentState,
    memory: AttentionMemory,
    contextWeight: Tensor,
  ): FirstLayer | null {
    if (!(this.decoder instanceof GRUCell)) return null;
    const { weight_hh: weightHh, bias_hh: biasHh } = this.decoder;
    const decoded = this.attention.decodeGru({ tokenGates, hidden, ...memory, contextWeight, weightHh, biasHh });
    if (!decoded) return null;
    const [outputs, context, weights] = decoded;
    const end = outputs.shape[1]!;
    const last = slice(outputs, { axis: 1, start: end - 1, end }).reshape(...hidden.shape);
    return { outputs, attended: { context, weights, heads: null, state: [] }, state: { hidden: last } };
  }
}
