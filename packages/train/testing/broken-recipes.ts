import { Random } from "@heed/core";
import { Dropout, parameterFrom } from "@heed/nn";
import {
  type AttentionEncoded,
  type Batch,
  type BuildContext,
  type DecoderOutput,
  type DecoderStep,
  type Encoded,
  type InspectedStep,
  type LossOptions,
  type LossTerms,
  LuongModel,
  type LuongState,
  type Seq2SeqModel,
  type SourceBatch,
  type StepControl,
} from "@heed/seq2seq";
import { add, detach, keep, mean, mul, ones, type Parameter, sub, type Tensor, zeros } from "@heed/tensor";

/** Options of a model. */
export type Given = Readonly<Record<string, unknown>>;

/** A model with attention and input feeding, in which faults are planted. */
export class Healthy extends LuongModel {
  readonly context: BuildContext;
  constructor(given: Given, context: BuildContext) {
    super({ inputFeeding: true, ...given }, context);
    const { random, ...rest } = context;
    this.context = { ...rest, random: new Random(1) };
  }
}

export const changeLogits = (change: (logits: Tensor, model: Healthy) => Tensor) =>
  class extends Healthy {
    override decode(encoded: AttentionEncoded, input: Tensor): DecoderOutput {
      const output = super.decode(encoded, input);
      return { ...output, logits: change(output.logits, this) };
    }
    override step(
      encoded: AttentionEncoded,
      ids: Tensor,
      state: LuongState,
      control?: StepControl,
    ): DecoderStep<LuongState> {
      const step = super.step(encoded, ids, state, control);
      return { ...step, logits: change(step.logits, this) };
    }
    override inspect(
      encoded: AttentionEncoded,
      ids: Tensor,
      state: LuongState,
      control?: StepControl,
    ): InspectedStep<LuongState> {
      const step = super.inspect(encoded, ids, state, control);
      return { ...step, logits: change(step.logits, this) };
    }
  };

/** Changes single steps alone. */
export const changeStep = (
  change: (step: DecoderStep<LuongState>, encoded: AttentionEncoded, model: Healthy) => DecoderStep<LuongState>,
) =>
  class extends Healthy {
    override step(
      encoded: AttentionEncoded,
      ids: Tensor,
      state: LuongState,
      control?: StepControl,
    ): DecoderStep<LuongState> {
      return change(super.step(encoded, ids, state, control), encoded, this);
    }
  };

export const changeDecode = (change: (output: DecoderOutput, model: Healthy) => DecoderOutput) =>
  class extends Healthy {
    override decode(encoded: AttentionEncoded, input: Tensor): DecoderOutput {
      return change(super.decode(encoded, input), this);
    }
  };

export const changeLoss = (change: (terms: LossTerms, batch: Batch, output: DecoderOutput) => LossTerms) =>
  class extends Healthy {
    override lossOf(output: DecoderOutput, encoded: Encoded, batch: Batch, options?: LossOptions): LossTerms {
      return change(super.lossOf(output, encoded, batch, options), batch, output);
    }
  };

export const changeSource = (change: (source: SourceBatch, model: Healthy) => SourceBatch) =>
  class extends Healthy {
    override encode(source: SourceBatch): AttentionEncoded {
      return super.encode(change(source, this));
    }
  };

export class Unused extends Healthy {
  readonly scale: Parameter;
  constructor(given: Given, context: BuildContext) {
    super(given, context);
    this.scale = parameterFrom(ones([11]));
  }
}

export class Hidden extends Unused {
  readonly #table = keep(zeros([3]));
  table(): Tensor {
    return this.#table;
  }
}

export class Seedless extends Healthy {
  constructor(given: Given, context: BuildContext) {
    super(given, { ...context, random: new Random(1) });
  }
}

export class MathRandom extends Healthy {
  constructor(given: Given, context: BuildContext) {
    super(given, context);
    for (const parameter of this.parameters().values()) parameter.assign(add(parameter, Math.random()));
  }
}

export class StaleOutput extends Healthy {
  #bias: Tensor | null = null;
  override step(...args: Parameters<Healthy["step"]>): DecoderStep<LuongState> {
    this.#bias ??= keep(detach(mul(this.output.bias!, 1)));
    const step = super.step(...args);
    return { ...step, logits: add(step.logits, sub(this.#bias, this.output.bias!)) };
  }
  override dispose(): void {
    this.#bias?.dispose();
    super.dispose();
  }
}

export class FusedDiffers extends Healthy {
  override decode(encoded: AttentionEncoded, input: Tensor): DecoderOutput {
    const output = super.decode(encoded, input);
    return this.fused ? output : { ...output, logits: mul(output.logits, 1 + 1e-4) };
  }
}

export class FusedCutsGradients extends Healthy {
  override decode(encoded: AttentionEncoded, input: Tensor): DecoderOutput {
    const output = super.decode(encoded, input);
    return this.fused && output.weights ? { ...output, weights: detach(output.weights) } : output;
  }
}

export class CachedEncoding extends Healthy {
  #first: Tensor | null = null;
  override encode(source: SourceBatch): AttentionEncoded {
    const encoded = super.encode(source);
    this.#first ??= keep(detach(mean(encoded.states)));
    return {
      ...encoded,
      states: encoded.states,
      initial: scaled(encoded.initial as LuongState, sub(add(1, this.#first), detach(mean(encoded.states)))),
    };
  }
  override dispose(): void {
    this.#first?.dispose();
    super.dispose();
  }
}

/** Multiplies the hidden states. */
function scaled(state: LuongState, factor: Tensor): LuongState {
  return { ...state, layers: state.layers.map((layer) => ({ ...layer, hidden: mul(layer.hidden, factor) })) };
}

export class DropoutAlways extends Healthy {
  readonly #noise: Dropout;
  constructor(given: Given, context: BuildContext) {
    super(given, context);
    this.#noise = new Dropout({ probability: 0.5, random: new Random(3) });
  }
  override encode(source: SourceBatch): AttentionEncoded {
    const encoded = super.encode(source);
    return { ...encoded, initial: scaled(encoded.initial as LuongState, this.#noise.forward(add(zeros([1]), 1))) };
  }
}

export class IgnoresControl extends Healthy {
  override step(encoded: AttentionEncoded, ids: Tensor, state: LuongState): DecoderStep<LuongState> {
    return super.step(encoded, ids, state);
  }
}

export class StateOfOneRow extends Healthy {
  override step(...args: Parameters<Healthy["step"]>): DecoderStep<LuongState> {
    const step = super.step(...args);
    return { ...step, state: { ...step.state, count: zeros([1]) } as LuongState };
  }
}

export class Leaks extends Healthy {
  override encode(source: SourceBatch): AttentionEncoded {
    const encoded = super.encode(source);
    keep(mul(encoded.states, 1));
    return encoded;
  }
}

export class LeaksInGreedy extends Healthy {
  override step(...args: Parameters<Healthy["step"]>): DecoderStep<LuongState> {
    const step = super.step(...args);
    keep(mul(step.logits, 1));
    return step;
  }
}

export class SavesPart extends Healthy {
  override async stateDict(): ReturnType<Seq2SeqModel["stateDict"]> {
    const state = await super.stateDict();
    return new Map(
      [...state].map(
        ([name, value]) =>
          [
            name,
            name === "output.bias" ? { ...value, data: new Float64Array(value.data.length) } : value,
          ] as typeof name extends string ? [string, typeof value] : never,
      ),
    );
  }
}

/** Reads the padding as if its id were always 0. */
export class PaddingIsZero extends Healthy {
  override get target() {
    return { ...super.target, padId: 0 };
  }
}

export class StartsAtOne extends Healthy {
  override get target() {
    return { ...super.target, sosId: 1 };
  }
}
