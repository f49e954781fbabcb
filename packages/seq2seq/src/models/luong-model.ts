import { type Attention, type AttentionOutput, joinOutputs } from "@heed/attention";
import { Linear, type RecurrentCell, type RecurrentLayer, recurrentCell } from "@heed/nn";
import { concat, linear, type Parameter, slice, type Tensor, tanh, unstack, zeros } from "@heed/tensor";
import * as z from "zod/mini";
import { option } from "../options/option.js";
import { parseOptions } from "../options/parse-options.js";
import { withDefaults } from "../options/with-defaults.js";
import {
  type AttentionDecoderState,
  type AttentionEncoded,
  AttentionModel,
  type DecoderRun,
  type RunOptions,
} from "./attention-model.js";
import { attentionOptions, buildAttention } from "./attention-options.js";
import type { BuildContext } from "./build-context.js";
import { Combiner } from "./combiner.js";
import type { LuongModelOptions } from "./option-types.js";
import type { OutputLayer } from "./output-layer.js";
import { recurrentOptions } from "./recurrent-model.js";

/** Options of {@link LuongModel}, with their defaults. */
export const luongOptions = withDefaults(
  z.extend(recurrentOptions, {
    ...attentionOptions,
    inputFeeding: option(
      z.boolean(),
      false,
      "Whether the attentional state is part of the decoder's next input, so that it knows earlier alignments.",
    ),
  }),
  { scorer: "general" },
);

/** The state of the decoder. */
export interface LuongState extends AttentionDecoderState {
  /** The attentional state of the step before, `[b, h]`; `null` without input feeding. */
  readonly fed: Tensor | null;
}

/** The parts of the first cell's input projection; `null` without input feeding. */
type InputWeights = {
  /** For the token, `[g·h, e]`. */
  readonly token: Tensor;
  /** For the attentional state, `[g·h, h]`. */
  readonly fed: Tensor;
} | null;

/**
 * Attention after the decoder's step, combined with the state sᵢ before the prediction: the attentional state is
 * s̃ᵢ = tanh(W[sᵢ; cᵢ]), or tanh(W(sᵢ + cᵢ)), and the logits are Linear(s̃ᵢ). With input feeding, the decoder's next input is
 * [yᵢ; s̃ᵢ], and the steps run one by one.
 *
 * Source: Luong et al. 2015, arXiv:1508.04025, eq. 5 and section 3.3.
 */
export class LuongModel extends AttentionModel<LuongState, InputWeights> {
  /** All layers, which run over whole sequences; `null` with input feeding. */
  readonly decoder: RecurrentLayer | null;
  /** One cell for each layer, for steps that depend on the step before; empty without input feeding. */
  readonly cells: readonly RecurrentCell[];
  readonly attention: Attention;
  readonly combiner: Combiner;
  /** W. */
  readonly mix: Linear;
  readonly output: OutputLayer;
  readonly #hiddenSize: number;
  readonly #residual: boolean;

  /** @throws OptionError when an option is unknown, out of range, or does not fit the others */
  constructor(given: LuongModelOptions, context: BuildContext) {
    const options = parseOptions("LuongModel", luongOptions, given);
    super(options, context);
    const { cell, embeddingSize, hiddenSize, layers, inputFeeding, residual } = options;
    const { random } = context;
    this.decoder = inputFeeding ? null : this.createDecoder(options, random);
    this.cells = Array.from({ length: inputFeeding ? layers : 0 }, (_, layer) =>
      recurrentCell(cell, { inputSize: hiddenSize + (layer === 0 ? embeddingSize : 0), hiddenSize, random }),
    );
    this.attention = buildAttention(options, { querySize: hiddenSize, keySize: this.encoder.outputSize }, context);
    const { contextSize } = this.attention;
    this.combiner = new Combiner({ kind: options.combine, size: hiddenSize, contextSize, random });
    this.mix = new Linear({ inFeatures: this.combiner.outputSize, outFeatures: hiddenSize, bias: false, random });
    this.output = this.createOutput(hiddenSize, context);
    this.#hiddenSize = hiddenSize;
    this.#residual = residual;
  }

  protected run(
    encoded: AttentionEncoded,
    ids: Tensor,
    before: LuongState,
    options: RunOptions<InputWeights>,
  ): DecoderRun<LuongState> {
    const tokens = this.embed(ids); // b t e
    if (!this.decoder) return this.#runStepByStep(encoded, tokens, before, options);
    const { outputs, state: layers } = this.decoder.forward(tokens, { state: before.layers });
    const attention = this.attention.forward(outputs, encoded.memory, before.attention, options);
    return {
      logits: this.#logits(this.#attentionalState(outputs, attention)),
      attention,
      state: { layers, attention: attention.state, fed: null },
    };
  }

  /** @param tokens - `[b, t, e]` */
  #runStepByStep(
    { memory }: AttentionEncoded,
    tokens: Tensor,
    before: LuongState,
    options: RunOptions<InputWeights>,
  ): DecoderRun<LuongState> {
    const b = tokens.shape[0]!;
    const [first, ...upper] = this.cells as [RecurrentCell, ...RecurrentCell[]];
    const weights = options.derived!;
    const tokenGates = linear(tokens, weights.token, first.bias_ih); // b t g·h
    let { layers, attention, fed } = before;
    const states: Tensor[] = [];
    const steps: AttentionOutput[] = [];
    for (const gates of unstack(tokenGates, { axis: 1 })) {
      const next = [first.step(gates.add(linear(fed!, weights.fed, null)), layers[0]!)];
      let top = next[0]!.hidden;
      for (const [i, cell] of upper.entries()) {
        const state = cell.forward(this.dropout.forward(top), layers[i + 1]!);
        next.push(state);
        top = this.#residual ? state.hidden.add(top) : state.hidden;
      }
      const query = top.reshape(b, 1, -1);
      const attended = this.attention.forward(query, memory, attention, options);
      const state = this.#attentionalState(query, attended); // b 1 h
      steps.push(attended);
      states.push(state);
      [layers, attention, fed] = [next, attended.state, state.reshape(b, -1)];
    }
    return {
      logits: this.#logits(concat(states, { axis: 1 })),
      attention: joinOutputs(steps),
      state: { layers, attention, fed },
    };
  }

  /** @param outputs - of the decoder's last layer, `[b, t, h]` */
  #attentionalState(outputs: Tensor, { context }: AttentionOutput): Tensor {
    return tanh(this.mix.forward(this.combiner.forward(outputs, context)));
  }

  /** @param states - attentional states, `[b, t, h]`; the fed ones have no dropout */
  #logits(states: Tensor): Tensor {
    return this.output.forward(this.outputDropout.forward(states)); // b t v
  }

  protected start(state: AttentionDecoderState): LuongState {
    const { shape, backend } = state.layers[0]!.hidden;
    return { ...state, fed: this.decoder ? null : zeros([shape[0]!, this.#hiddenSize], backend) };
  }

  protected precompute(): InputWeights {
    const [first] = this.cells;
    if (!first) return null;
    const end = first.inputSize - this.#hiddenSize;
    return {
      token: slice(first.weight_ih, { axis: 1, start: 0, end }),
      fed: slice(first.weight_ih, { axis: 1, start: end }),
    };
  }

  protected derivedFrom(): readonly Parameter[] {
    return this.cells.slice(0, 1).map(({ weight_ih }) => weight_ih);
  }
}
