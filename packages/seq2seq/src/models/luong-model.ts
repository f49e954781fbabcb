import {
  type Attended,
  type Attention,
  type AttentionMemory,
  type AttentionState,
  joinAttended,
} from "@heed/attention";
import {
  Linear,
  type RecurrentCell,
  type RecurrentLayer,
  type RecurrentState,
  recurrentCell,
  recurrentLayer,
} from "@heed/nn";
import { concat, linear, slice, type Tensor, tanh, unstack, zeros } from "@heed/tensor";
import { z } from "zod";
import type { BuildContext } from "../recipe.js";
import { attentionOptions, buildAttention } from "./attention-options.js";
import { Combiner } from "./combiner.js";
import { crossMap } from "./cross-map.js";
import { packState, unpackState } from "./decoder-state.js";
import { RecurrentModel, recurrentOptions } from "./recurrent-model.js";
import type { DecoderOutput, DecoderState, DecoderStep, Encoded } from "./seq2seq-model.js";

/** Options of {@link LuongModel}. */
export const luongOptions = recurrentOptions.extend({
  ...attentionOptions,
  scorer: z.string().default("general"),
  /** Whether the attentional state joins the decoder's next input, so that it knows what was attended before. */
  inputFeeding: z.boolean().default(false),
});

/** What the decoder says. */
interface Run {
  /** Attentional states, `[b, t, h]`. */
  readonly states: Tensor;
  readonly attended: Attended;
  readonly next: DecoderState;
}

/**
 * Attention after the decoder's step, whose finding is mixed with the state sᵢ before anything is predicted: the
 * attentional state is s̃ᵢ = tanh(W[sᵢ; cᵢ]), or tanh(W(sᵢ + cᵢ)), and logits are Linear(s̃ᵢ). With input feeding, the
 * decoder's next input is [yᵢ; s̃ᵢ], and steps are taken one by one.
 *
 * Source: Luong et al. 2015, arXiv:1508.04025, eq. 5 and section 3.3.
 */
export class LuongModel extends RecurrentModel {
  /** All layers, where they run over whole sequences: without input feeding. */
  readonly decoder: RecurrentLayer | null;
  /** A cell for each layer, where each step waits for the one before: with input feeding. */
  readonly cells: readonly RecurrentCell[];
  readonly attention: Attention;
  readonly combiner: Combiner;
  /** W. */
  readonly mix: Linear;
  readonly output: Linear;
  readonly #hiddenSize: number;

  constructor(options: z.infer<typeof luongOptions>, context: BuildContext) {
    super(options, context);
    const { cell, embeddingSize, hiddenSize, layers, dropout, inputFeeding } = options;
    const { random } = context;
    this.decoder = inputFeeding
      ? null
      : recurrentLayer(cell, { inputSize: embeddingSize, hiddenSize, layers, dropout, random });
    this.cells = Array.from({ length: inputFeeding ? layers : 0 }, (_, layer) =>
      recurrentCell(cell, { inputSize: hiddenSize + (layer === 0 ? embeddingSize : 0), hiddenSize, random }),
    );
    this.attention = buildAttention(options, { querySize: hiddenSize, keySize: this.encoder.outputSize }, context);
    const { contextSize } = this.attention;
    this.combiner = new Combiner({ kind: options.combine, size: hiddenSize, contextSize, random });
    this.mix = new Linear({ inFeatures: this.combiner.outputSize, outFeatures: hiddenSize, bias: false, random });
    this.output = new Linear({ inFeatures: hiddenSize, outFeatures: context.targetSize, random });
    this.#hiddenSize = hiddenSize;
  }

  protected override prepare(states: Tensor, mask: Tensor, lengths: Tensor): readonly AttentionMemory[] {
    return [this.attention.prepare(states, { mask, lengths })];
  }

  /** Attention's state and, with input feeding, the attentional state before the first, 0. */
  protected override start([memory]: readonly AttentionMemory[]): DecoderState {
    const { shape, backend } = memory!.values;
    const fed = this.decoder ? [] : [zeros([shape[0]!, this.#hiddenSize], backend)];
    return [...this.attention.start(memory!), ...fed];
  }

  /** With input feeding, the token's and the attentional state's part of the first cell's input projection. */
  protected override derive(): readonly Tensor[] {
    const [first] = this.cells;
    if (!first) return [];
    const end = first.inputSize - this.#hiddenSize;
    return [slice(first.weight_ih, { axis: 1, start: 0, end }), slice(first.weight_ih, { axis: 1, start: end })];
  }

  decode(encoded: Encoded, decoderInput: Tensor): DecoderOutput {
    const { states, attended } = this.#run(encoded, decoderInput, encoded.initial);
    return { logits: this.output.forward(states), weights: attended.weights, maps: [crossMap(attended)] };
  }

  step(encoded: Encoded, ids: Tensor, state: DecoderState): DecoderStep {
    const b = ids.size;
    const { states, attended, next } = this.#run(encoded, ids.reshape(b, 1), state);
    return {
      logits: this.output.forward(states).reshape(b, -1),
      weights: attended.weights.reshape(b, -1),
      state: next,
    };
  }

  /** @param ids - `[b, t]` */
  #run(encoded: Encoded, ids: Tensor, before: DecoderState): Run {
    const { layers, rest } = unpackState(before, this.layers, this.cell);
    const tokens = this.embed(ids); // b t e
    if (!this.decoder) return this.#runStepByStep(encoded, tokens, layers, rest);
    const { outputs, state } = this.decoder.forward(tokens, { state: layers });
    const attended = this.attention.forward(outputs, encoded.memories[0]!, rest);
    return {
      states: this.#attentional(outputs, attended),
      attended,
      next: [...packState(state), ...attended.state],
    };
  }

  /** @param tokens - `[b, t, e]` */
  #runStepByStep(
    { memories, derived: [tokenWeight, fedWeight] }: Encoded,
    tokens: Tensor,
    before: readonly RecurrentState[],
    rest: DecoderState,
  ): Run {
    const b = tokens.shape[0]!;
    const [first, ...upper] = this.cells as [RecurrentCell, ...RecurrentCell[]];
    const tokenGates = linear(tokens, tokenWeight!, first.bias_ih); // b t g
    let layers = before;
    let fed = rest.at(-1)!; // b h
    let remembered: AttentionState = rest.slice(0, -1);
    const states: Tensor[] = [];
    const steps: Attended[] = [];
    for (const gates of unstack(tokenGates, { axis: 1 })) {
      const next = [first.step(gates.add(linear(fed, fedWeight!, null)), layers[0]!)];
      for (const [i, cell] of upper.entries()) {
        next.push(cell.forward(this.dropout.forward(next[i]!.hidden), layers[i + 1]!));
      }
      layers = next;
      const top = next.at(-1)!.hidden.reshape(b, 1, -1);
      const attended = this.attention.forward(top, memories[0]!, remembered);
      const state = this.#attentional(top, attended); // b 1 h
      steps.push(attended);
      states.push(state);
      fed = state.reshape(b, -1);
      remembered = attended.state;
    }
    const attended = joinAttended(steps);
    return {
      states: concat(states, { axis: 1 }),
      attended,
      next: [...packState(layers), ...remembered, fed],
    };
  }

  /** @param outputs - of the decoder's last layer, `[b, t, h]` */
  #attentional(outputs: Tensor, { context }: Attended): Tensor {
    return tanh(this.mix.forward(this.combiner.forward(outputs, context)));
  }
}
