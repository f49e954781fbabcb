import type { AttentionControl, AttentionInspection } from "@heed/attention";
import { HeedError, type Random } from "@heed/core";
import { Module } from "@heed/nn";
import {
  add,
  argmax,
  gather,
  greaterEqual,
  logSoftmax,
  mean,
  mul,
  neg,
  noGrad,
  notEqual,
  scope,
  softmaxCrossEntropy,
  sum,
  type Tensor,
  where,
} from "@heed/tensor";
import type { Batch, SourceBatch } from "../batch.js";
import type { VocabularySpec } from "./build-context.js";
import { guidedAlignmentLoss } from "./guided-alignment.js";
import { sampleInputs } from "./sample-inputs.js";

/** The encoder's result for a batch: a tree whose tensors have the batch as first axis. */
export interface Encoded {
  /** The source that was encoded. */
  readonly source: SourceBatch;
  /** The encoder's outputs, 0 after the end of each sentence, `[b, s, h]`. */
  readonly states: Tensor;
  /** Source positions that may be attended, bool `[b, 1, s]`; true = may attend. */
  readonly mask: Tensor;
  /** The decoder's state before the first step. */
  readonly initial: State;
  /** The encoder's self-attention; empty for a recurrent encoder. */
  readonly maps: readonly AttentionMap[];
}

/** What the decoder carries from step to step: a tree whose tensors have the batch as first axis. */
export type State = object;

/** Kinds of attention: from target to source, and of source or target to itself. */
export type AttentionKind = "cross" | "encoder" | "decoder";

/** The attention weights of one layer, in [0, 1]. */
export interface AttentionMap {
  readonly kind: AttentionKind;
  /** From 0. */
  readonly layer: number;
  /** `[b, heads, queries, keys]`. */
  readonly weights: Tensor;
}

/** The decoder's result for whole target sequences. */
export interface DecoderOutput {
  /** `[b, t, v]`. */
  readonly logits: Tensor;
  /**
   * `[b, t, s]`, in [0, 1], the mean over the heads of the last layer unless the model has options that choose another layer
   * or head; `null` for a model without attention.
   */
  readonly weights: Tensor | null;
  /** Every layer and head; empty without attention. */
  readonly maps: readonly AttentionMap[];
  /** For a model that copies: the logit of generating a token rather than copying one, `[b, t, 1]`. */
  readonly gate?: Tensor | undefined;
}

/** The decoder's result for one target step. */
export interface DecoderStep<S extends State = State> {
  /** `[b, v]`. */
  readonly logits: Tensor;
  /** `[b, s]`, as in {@link DecoderOutput}; `null` for a model without attention. */
  readonly weights: Tensor | null;
  /** As in {@link DecoderOutput}, `[b, 1]`. */
  readonly gate?: Tensor | undefined;
  /** The state for the next step. */
  readonly state: S;
}

/** Replaces weights of the attention to the source in one step. */
export interface StepControl {
  /** By layer, from 0; `null` leaves a layer as it is. The weights are `[b, heads, 1, s]`. */
  readonly layers: readonly (AttentionControl | null | undefined)[];
}

/** A step with the intermediate results of its attention to the source. */
export interface InspectedStep<S extends State = State> extends DecoderStep<S> {
  /** By layer; empty for a model without attention. */
  readonly layers: readonly AttentionInspection[];
}

export interface LossOptions {
  /** ε in [0, 1): the target distribution is (1 − ε) · one-hot + ε / v; default 0. */
  readonly labelSmoothing?: number | undefined;
  /** Optimizer step, from 1, for terms whose weight changes during training. */
  readonly step?: number | undefined;
  /** For terms that sample; it depends only on seed, step and micro-batch. */
  readonly random?: Random | undefined;
  /**
   * Probability that an input of the decoder is the model's own most probable token rather than the target before it
   * (scheduled sampling), in [0, 1]; default 0. Above 0, `random` is needed.
   */
  readonly ownInputs?: number | undefined;
  /**
   * Weight of guided alignment: the cross-entropy of {@link DecoderOutput.weights} against `alignment` of the batch; default
   * 0. Above 0, the batch needs an alignment, and the model attention.
   */
  readonly guidedAlignment?: number | undefined;
}

/** The loss of a batch: sums over its target tokens. */
export interface LossTerms {
  /** A scalar `[]`, which is differentiated. */
  readonly total: Tensor;
  /** The number of target tokens. */
  readonly tokens: number;
  /** The parts of `total` by name, for reports; each a scalar `[]`. */
  readonly terms: Readonly<Record<string, Tensor>>;
}

/**
 * A model that reads a source sequence and writes a target sequence.
 *
 * Axes: b sentences, s source positions, t target positions, v target tokens, h the encoder's size.
 *
 * Search, scoring and accuracy use {@link logProbs} and {@link predict} only. A model with another output distribution,
 * such as a copy network, overrides `logProbs`; a model with further loss terms overrides `lossOf`.
 */
export abstract class Seq2SeqModel<E extends Encoded = Encoded, S extends State = State> extends Module {
  /**
   * Whether one operation may compute all decoder steps where there is one (see `fused-decoders.ts`); default true. The
   * results are the same up to rounding. Set it to false to debug the steps one by one.
   */
  fused = true;
  /** Whether the loss reads the alignment of a batch; default false. Only then does training upload it. */
  usesAlignment = false;
  /** Whether the model copies source tokens; default false. Only then does a batch need `copy` and `copyTarget`. */
  usesCopy = false;
  readonly #target: VocabularySpec;

  protected constructor(target: VocabularySpec) {
    super();
    this.#target = target;
  }

  /** Size and special ids of the target vocabulary. */
  get target(): VocabularySpec {
    return this.#target;
  }

  abstract encode(source: SourceBatch): E;

  /**
   * Computes all target steps, each from the reference token before it (teacher forcing).
   * @param decoderInput - i32 `[b, t]`: `<sos>`, then the target without its last token
   */
  abstract decode(encoded: E, decoderInput: Tensor): DecoderOutput;

  /**
   * Computes one target step.
   * @param ids - i32 `[b]`: the previous tokens; the first is `<sos>`
   * @param state - of the step before; at first `encoded.initial`
   * @param control - attention weights that replace the computed ones
   */
  abstract step(encoded: E, ids: Tensor, state: S, control?: StepControl): DecoderStep<S>;

  /** Computes one target step, and returns the query, keys, scores, mask, weights and context of each layer as well. */
  abstract inspect(encoded: E, ids: Tensor, state: S, control?: StepControl): InspectedStep<S>;

  /**
   * Checks that a control has entries for existing layers only.
   * @param layers - number of layers with attention to the source
   * @throws HeedError naming the layer that does not exist
   */
  protected checkControl(control: StepControl | undefined, layers: number): void {
    const wrong = control?.layers.findIndex((entry, layer) => entry && layer >= layers) ?? -1;
    if (wrong < 0) return;
    const has =
      layers === 0 ? "the model has no attention to the source" : `layers are counted from 0 to ${layers - 1}`;
    throw new HeedError(`control.layers[${wrong}] is set, but ${has}. Leave it out, or use null for other layers.`);
  }

  /** Frees values that {@link step} has cached. They are computed again when they are needed. */
  releaseCache(): void {}

  override dispose(): void {
    this.releaseCache();
    super.dispose();
  }

  /** Encodes, and decodes with teacher forcing. */
  forward(batch: SourceBatch & Pick<Batch, "decoderInput">): DecoderOutput {
    return this.decode(this.encode(batch), batch.decoderInput);
  }

  /**
   * Returns log-probabilities of the next token, `[..., v]`, or `[..., v + extraTokens]` for a model that copies.
   * @param output - of {@link decode} or {@link step}
   */
  logProbs(output: DecoderOutput | DecoderStep, _encoded: Encoded): Tensor {
    return logSoftmax(output.logits, { axis: -1 });
  }

  /** Returns the ids of the most probable tokens, i32 `[...]`. */
  predict(output: DecoderOutput | DecoderStep, encoded: Encoded): Tensor {
    // Log-softmax does not change the order of the logits.
    return argmax(this.normalizesLogits ? output.logits : this.logProbs(output, encoded), { axis: -1 });
  }

  /** Replaces ids of copied tokens, which the decoder has no embedding for, by `<unk>`, or `<pad>` without `<unk>`. */
  decoderIds(ids: Tensor, { copy }: SourceBatch): Tensor {
    const { size, unkId, padId } = this.target;
    return copy ? where(greaterEqual(ids, size), unkId ?? padId, ids) : ids;
  }

  /**
   * Computes the loss of a batch, in nats, summed over its target tokens: under teacher forcing, unless `ownInputs` is above 0.
   * @throws HeedError when `guidedAlignment` is above 0, and the model has no attention or the batch no alignment
   */
  loss(batch: Batch, options: LossOptions = {}): LossTerms {
    const encoded = this.encode(batch);
    const output = this.decode(encoded, this.#inputs(encoded, batch, options));
    return this.#guided(this.lossOf(output, encoded, batch, options), output, batch, options);
  }

  /** Adds guided alignment to the loss of an output. */
  #guided(losses: LossTerms, { weights }: DecoderOutput, { alignment }: Batch, options: LossOptions): LossTerms {
    const { guidedAlignment: weight = 0 } = options;
    if (weight === 0) return losses;
    if (!weights || !alignment) {
      const missing = weights ? "the batch has no `alignment`" : "the model has no attention to the source";
      const advice = weights ? "Add it to the batch" : "Choose a model with attention";
      throw new HeedError(
        `loss: guidedAlignment is ${weight}, but ${missing}. ${advice}, or set guidedAlignment to 0.`,
      );
    }
    const guidedAlignment = mul(guidedAlignmentLoss(weights, alignment), weight);
    return { ...losses, total: add(losses.total, guidedAlignment), terms: { ...losses.terms, guidedAlignment } };
  }

  /** Returns the inputs of the decoder. No gradient flows through those that are the model's own, which have no dropout. */
  #inputs(encoded: E, { decoderInput }: Batch, { ownInputs: probability = 0, random }: LossOptions): Tensor {
    if (probability === 0) return decoderInput;
    const step = (ids: Tensor, before: S): { own: Tensor; state: S } => {
      const output = this.step(encoded, ids, before);
      return { own: this.decoderIds(this.predict(output, encoded), encoded.source), state: output.state };
    };
    const options = { probability, random, initial: encoded.initial as S, step };
    return this.evaluator()(() => scope(() => noGrad(() => sampleInputs(decoderInput, options))));
  }

  /** Computes the loss of an output of {@link decode}. */
  lossOf(output: DecoderOutput, encoded: Encoded, batch: Batch, { labelSmoothing = 0 }: LossOptions = {}): LossTerms {
    const total = this.normalizesLogits
      ? softmaxCrossEntropy(output.logits.reshape(-1, output.logits.shape.at(-1)!), batch.target.reshape(-1), {
          ignoreIndex: this.target.padId,
          labelSmoothing,
          reduction: "sum",
        })
      : negativeLogLikelihood(this.logProbs(output, encoded), batch.copyTarget ?? batch.target, {
          ignoreIndex: this.target.padId,
          labelSmoothing,
        });
    return { total, tokens: batch.tokenCount, terms: { crossEntropy: total } };
  }

  /** Whether {@link logProbs} is the log-softmax of the logits. */
  get normalizesLogits(): boolean {
    return this.logProbs === Seq2SeqModel.prototype.logProbs;
  }
}

/**
 * The cross-entropy of log-probabilities, summed over all targets that are not ignored.
 * @param logProbs - `[b, t, v]`
 * @param target - i32 `[b, t]`
 */
function negativeLogLikelihood(
  logProbs: Tensor,
  target: Tensor,
  { ignoreIndex, labelSmoothing }: { readonly ignoreIndex: number; readonly labelSmoothing: number },
): Tensor {
  const ids = target.reshape(...target.shape, 1); // b t 1
  const chosen = neg(gather(logProbs, ids, { axis: -1 })); // b t 1
  const spread = neg(mean(logProbs, { axis: -1, keepDims: true })); // b t 1
  const losses = labelSmoothing === 0 ? chosen : add(mul(chosen, 1 - labelSmoothing), mul(spread, labelSmoothing));
  return sum(where(notEqual(ids, ignoreIndex), losses, 0));
}
