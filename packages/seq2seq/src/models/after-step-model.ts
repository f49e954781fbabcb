import type { Attention } from "@heed/attention";
import type { RecurrentLayer } from "@heed/nn";
import type { Tensor } from "@heed/tensor";
import * as z from "zod/mini";
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
import type { AfterStepModelOptions } from "./option-types.js";
import type { OutputLayer } from "./output-layer.js";
import { recurrentOptions } from "./recurrent-model.js";

/** Options of {@link AfterStepModel}, with their defaults. */
export const afterStepOptions = z.extend(recurrentOptions, attentionOptions);

/**
 * Attention after the decoder's step: the new state sᵢ is the query, so that under teacher forcing all steps attend at
 * once. The logits are Linear([sᵢ; cᵢ]), or Linear(sᵢ + cᵢ).
 */
export class AfterStepModel extends AttentionModel<AttentionDecoderState, null> {
  readonly decoder: RecurrentLayer;
  readonly attention: Attention;
  readonly combiner: Combiner;
  readonly output: OutputLayer;

  /** @throws OptionError when an option is unknown, out of range, or does not fit the others */
  constructor(given: AfterStepModelOptions, context: BuildContext) {
    const options = parseOptions("AfterStepModel", afterStepOptions, given);
    super(options, context);
    const { hiddenSize } = options;
    const { random } = context;
    this.decoder = this.createDecoder(options, random);
    this.attention = buildAttention(options, { querySize: hiddenSize, keySize: this.encoder.outputSize }, context);
    const { contextSize } = this.attention;
    this.combiner = new Combiner({ kind: options.combine, size: hiddenSize, contextSize, random });
    this.output = this.createOutput(this.combiner.outputSize, context);
  }

  protected run(
    { memory }: AttentionEncoded,
    ids: Tensor,
    before: AttentionDecoderState,
    options: RunOptions<null>,
  ): DecoderRun<AttentionDecoderState> {
    const { outputs, state: layers } = this.decoder.forward(this.embed(ids), { state: before.layers });
    const attention = this.attention.forward(outputs, memory, before.attention, options);
    const logits = this.output.forward(this.outputDropout.forward(this.combiner.forward(outputs, attention.context))); // b t v
    return { logits, attention, state: { layers, attention: attention.state } };
  }

  protected start(state: AttentionDecoderState): AttentionDecoderState {
    return state;
  }

  protected precompute(): null {
    return null;
  }

  protected derivedFrom(): [] {
    return [];
  }
}
