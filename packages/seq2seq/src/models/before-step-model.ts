import { type Attention, type AttentionMemory, type AttentionOutput, joinOutputs } from "@heed/attention";
import { type RecurrentCell, type RecurrentLayer, type RecurrentState, recurrentCell, recurrentLayer } from "@heed/nn";
import { concat, linear, type Parameter, slice, stack, type Tensor, unstack } from "@heed/tensor";
import * as z from "zod/mini";
import { option } from "../options/option.js";
import { parseOptions } from "../options/parse-options.js";
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
import { type FusedDecoder, findFusedDecoder } from "./fused-decoders.js";
import { probability, size } from "./model-limits.js";
import type { BeforeStepModelOptions } from "./option-types.js";
import type { OutputLayer } from "./output-layer.js";
import { Readout, readoutKinds } from "./readout.js";
import { recurrentOptions } from "./recurrent-model.js";

/** Options of {@link BeforeStepModel}, with their defaults. */
export const beforeStepOptions = z.extend(recurrentOptions, {
  ...attentionOptions,
  output: option(
    z.enum(["state", ...readoutKinds]),
    "state",
    "What the logits are computed from: the state, or a layer over state, context and previous token: maxout (`readout`, as in the paper), `tanh` or `linear`.",
  ),
  readoutSize: z.optional(size).check(z.describe("Size of this layer. Default: `hiddenSize`.")),
  readoutDropout: option(probability, 0, "Probability of dropping an input of this layer in training."),
});

/** The result of the first layer for one or more steps. */
interface FirstLayer {
  /** `[b, t, h]`. */
  readonly outputs: Tensor;
  readonly attention: AttentionOutput;
  /** After the last step. */
  readonly state: RecurrentState;
}

/** The parts of the first cell's input projection. */
interface InputWeights {
  /** For the token, `[g·h, e]`. */
  readonly token: Tensor;
  /** For the context, `[g·h, c]`. */
  readonly context: Tensor;
}

/**
 * Attention before the decoder's step: the previous state sᵢ₋₁ is the query, and the context is part of the decoder's input,
 * [yᵢ₋₁; cᵢ], or yᵢ₋₁ + cᵢ. Layers above the first one read its outputs.
 *
 * Source: Bahdanau et al. 2015, arXiv:1409.0473.
 */
export class BeforeStepModel extends AttentionModel<AttentionDecoderState, InputWeights> {
  readonly attention: Attention;
  readonly combiner: Combiner;
  readonly decoder: RecurrentCell;
  /** The decoder's layers above the first. */
  readonly upper: RecurrentLayer | null;
  readonly readout: Readout | null;
  readonly output: OutputLayer;

  /** @throws OptionError when an option is unknown, out of range, or does not fit the others */
  constructor(given: BeforeStepModelOptions, context: BuildContext) {
    const options = parseOptions("BeforeStepModel", beforeStepOptions, given);
    super(options, context);
    const { cell, embeddingSize, hiddenSize, layers, dropout, residual } = options;
    const { output, readoutSize = hiddenSize, readoutDropout } = options;
    const { random } = context;
    this.attention = buildAttention(options, { querySize: hiddenSize, keySize: this.encoder.outputSize }, context);
    const { contextSize } = this.attention;
    this.combiner = new Combiner({ kind: options.combine, size: embeddingSize, contextSize, random });
    this.decoder = recurrentCell(cell, { inputSize: this.combiner.outputSize, hiddenSize, random });
    this.upper =
      layers === 1
        ? null
        : recurrentLayer(cell, {
            ...{ inputSize: hiddenSize, hiddenSize, layers: layers - 1, dropout, random },
            residualFrom: residual ? 0 : layers,
          });
    const read = { inputSize: hiddenSize + contextSize + embeddingSize, outputSize: readoutSize, random };
    this.readout = output === "state" ? null : new Readout({ ...read, kind: output, dropout: readoutDropout });
    this.output = this.createOutput(this.readout ? readoutSize : hiddenSize, context);
  }

  protected run(
    encoded: AttentionEncoded,
    ids: Tensor,
    before: AttentionDecoderState,
    options: RunOptions<InputWeights>,
  ): DecoderRun<AttentionDecoderState> {
    const tokens = this.embed(ids); // b t e
    const first = this.#runFirstLayer(tokens, encoded, before, options);
    const upper = this.upper?.forward(this.dropout.forward(first.outputs), { state: before.layers.slice(1) });
    const top = upper?.outputs ?? first.outputs; // b t h
    const read = this.readout?.forward(concat([top, first.attention.context, tokens], { axis: -1 })) ?? top;
    return {
      logits: this.output.forward(this.outputDropout.forward(read)), // b t v
      attention: first.attention,
      state: { layers: [first.state, ...(upper?.state ?? [])], attention: first.attention.state },
    };
  }

  /** @param tokens - `[b, t, e]` */
  #runFirstLayer(
    tokens: Tensor,
    { memory }: AttentionEncoded,
    before: AttentionDecoderState,
    options: RunOptions<InputWeights>,
  ): FirstLayer {
    const { derived: weights, control, inspect } = options;
    const tokenGates = linear(tokens, weights.token, this.decoder.bias_ih); // b t g·h
    const fused = control || inspect ? null : findFusedDecoder(this);
    if (fused) return this.#runFused(fused, tokenGates, memory, before, weights);
    const states: RecurrentState[] = [];
    const steps: AttentionOutput[] = [];
    for (const gates of unstack(tokenGates, { axis: 1 })) {
      const state = states.at(-1) ?? before.layers[0]!;
      const attended = this.attention.forward(state.hidden, memory, steps.at(-1)?.state ?? before.attention, options);
      const context = this.combiner.project(attended.context.reshape(tokens.shape[0]!, this.attention.contextSize));
      states.push(this.decoder.step(gates.add(linear(context, weights.context, null)), state));
      steps.push(attended);
    }
    return {
      outputs: stack(
        states.map(({ hidden }) => hidden),
        { axis: 1 },
      ), // b t h
      attention: joinOutputs(steps),
      state: states.at(-1)!,
    };
  }

  /** All steps of the first layer in one operation. */
  #runFused(
    fused: FusedDecoder,
    tokenGates: Tensor,
    memory: AttentionMemory,
    { layers, attention }: AttentionDecoderState,
    weights: InputWeights,
  ): FirstLayer {
    const state = layers[0]!;
    const [outputs, context, attentionWeights] = fused.decode({
      params: this.attention.scorer,
      tokenGates,
      state,
      memory,
      contextWeight: weights.context,
      cell: this.decoder,
    });
    const end = outputs.shape[1]!;
    const last = slice(outputs, { axis: 1, start: end - 1, end }).reshape(...state.hidden.shape);
    return {
      outputs,
      attention: { context, weights: attentionWeights, heads: null, state: attention, inspection: null },
      state: { hidden: last },
    };
  }

  protected start(state: AttentionDecoderState): AttentionDecoderState {
    return state;
  }

  /** For `concat`, the input projection has a part for each; for `add`, both use the whole. */
  protected precompute(): InputWeights {
    const { weight_ih, inputSize } = this.decoder;
    if (this.combiner.kind !== "concat") return { token: weight_ih, context: weight_ih };
    const end = inputSize - this.attention.contextSize;
    return {
      token: slice(weight_ih, { axis: 1, start: 0, end }),
      context: slice(weight_ih, { axis: 1, start: end }),
    };
  }

  protected derivedFrom(): readonly Parameter[] {
    return [this.decoder.weight_ih];
  }
}
