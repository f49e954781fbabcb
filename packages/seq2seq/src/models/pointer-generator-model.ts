import type { Attention } from "@heed/attention";
import { Linear, type RecurrentLayer } from "@heed/nn";
import {
  add,
  concat,
  cumsum,
  mean,
  minimum,
  mul,
  neg,
  notEqual,
  slice,
  sub,
  sum,
  type Tensor,
  where,
} from "@heed/tensor";
import * as z from "zod/mini";
import type { Batch, CopySource, SourceBatch } from "../batch.js";
import { option } from "../options/option.js";
import { OptionError } from "../options/option-error.js";
import { parseOptions } from "../options/parse-options.js";
import { withDefaults } from "../options/with-defaults.js";
import { afterStepOptions } from "./after-step-model.js";
import {
  type AttentionDecoderState,
  type AttentionEncoded,
  AttentionModel,
  type DecoderRun,
  type RunOptions,
} from "./attention-model.js";
import { buildAttention } from "./attention-options.js";
import type { BuildContext } from "./build-context.js";
import { Combiner } from "./combiner.js";
import { type CopyOutput, copyCrossEntropy, copyLogProbs } from "./copy-distribution.js";
import type { PointerGeneratorModelOptions } from "./option-types.js";
import type { OutputLayer } from "./output-layer.js";
import type { DecoderOutput, DecoderStep, Encoded, LossOptions, LossTerms } from "./seq2seq-model.js";

/** Options of {@link PointerGeneratorModel}, with their defaults. */
export const pointerGeneratorOptions = z.extend(
  withDefaults(afterStepOptions, { cell: "lstm", bidirectional: true, scorer: "coverage" }),
  {
    coverageLoss: option(
      z.number().check(z.minimum(0)),
      1,
      "Weight of the coverage loss, which is high when a source position is attended again; 0: none.",
    ),
    coverageStart: option(
      z.int().check(z.minimum(0)),
      0,
      "Number of optimizer steps before the coverage loss is added. The paper adds it at the end of training.",
    ),
  },
);

/**
 * Pointer-generator: each target token is generated from the vocabulary or copied from the source, so that words outside of
 * the vocabulary can be written. P(w) = p P_vocab(w) + (1 − p) Σ α over the source positions of w, with
 * p = σ(w · [context; state; input]) and P_vocab = softmax of two linear layers over [state; context].
 *
 * The coverage loss of a step is Σ min(α, c), where c is the sum of the weights α of the steps before.
 *
 * Source tokens in the extended vocabulary come from `copy` of a batch. Without it, the source ids are copied if source and
 * target share a vocabulary, and nothing is copied otherwise.
 *
 * Source: See et al. 2017, arXiv:1704.04368, sections 2.2 and 2.3.
 */
export class PointerGeneratorModel extends AttentionModel<AttentionDecoderState, null> {
  override usesCopy = true;
  readonly decoder: RecurrentLayer;
  readonly attention: Attention;
  readonly combiner: Combiner;
  /** The linear layer between [state; context] and the output layer. */
  readonly mix: Linear;
  /** w. */
  readonly gate: Linear;
  readonly output: OutputLayer;
  readonly #coverage: { readonly weight: number; readonly start: number };
  readonly #sharedVocabulary: boolean;

  /**
   * @throws OptionError when an option is unknown, out of range, or does not fit the others, or when the weights of the
   *   normalizer do not sum to 1
   */
  constructor(given: PointerGeneratorModelOptions, context: BuildContext) {
    const options = parseOptions("PointerGeneratorModel", pointerGeneratorOptions, given);
    super(options, context);
    const { embeddingSize, hiddenSize } = options;
    const { random } = context;
    this.decoder = this.createDecoder(options, random);
    this.attention = buildAttention(options, { querySize: hiddenSize, keySize: this.encoder.outputSize }, context);
    const { contextSize, normalizer } = this.attention;
    if (normalizer.sumsToOne === false) {
      throw new OptionError(
        `PointerGeneratorModel copies with the attention weights as probabilities, which must sum to 1, but those of the normalizer "${normalizer.name}" do not. Choose another normalizer, such as softmax.`,
      );
    }
    this.combiner = new Combiner({ kind: options.combine, size: hiddenSize, contextSize, random });
    this.mix = new Linear({ inFeatures: this.combiner.outputSize, outFeatures: hiddenSize, random });
    this.gate = new Linear({ inFeatures: contextSize + hiddenSize + embeddingSize, outFeatures: 1, random });
    this.output = this.createOutput(hiddenSize, context);
    this.#coverage = { weight: options.coverageLoss, start: options.coverageStart };
    this.#sharedVocabulary = context.sharedVocabulary;
  }

  protected run(
    { memory }: AttentionEncoded,
    ids: Tensor,
    before: AttentionDecoderState,
    options: RunOptions<null>,
  ): DecoderRun<AttentionDecoderState> {
    const tokens = this.embed(ids); // b t e
    const { outputs, state: layers } = this.decoder.forward(tokens, { state: before.layers });
    const attention = this.attention.forward(outputs, memory, before.attention, options);
    const mixed = this.mix.forward(this.combiner.forward(outputs, attention.context)); // b t h
    return {
      logits: this.output.forward(this.outputDropout.forward(mixed)), // b t v
      gate: this.gate.forward(concat([attention.context, outputs, tokens], { axis: -1 })), // b t 1
      attention,
      state: { layers, attention: attention.state },
    };
  }

  override logProbs(output: DecoderOutput | DecoderStep, encoded: Encoded): Tensor {
    const copy = this.#copyOf(encoded.source);
    return copy ? copyLogProbs(output as CopyOutput, copy) : super.logProbs(output, encoded);
  }

  override lossOf(output: DecoderOutput, encoded: Encoded, batch: Batch, options: LossOptions = {}): LossTerms {
    const { labelSmoothing = 0, step = Number.POSITIVE_INFINITY } = options;
    const counted = notEqual(batch.target, this.target.padId); // b t
    const total = (losses: Tensor): Tensor => sum(where(counted, losses, 0));
    const copy = this.#copyOf(encoded.source);
    const crossEntropy = copy
      ? total(this.#losses(output as CopyOutput, copy, batch, labelSmoothing))
      : super.lossOf(output, encoded, batch, options).total;
    const { weight, start } = this.#coverage;
    if (weight === 0 || step <= start)
      return { total: crossEntropy, tokens: batch.tokenCount, terms: { crossEntropy } };
    const weights = output.weights!;
    const covered = sub(cumsum(weights, { axis: 1 }), weights); // b t s
    const coverage = mul(total(sum(minimum(weights, covered), { axis: -1 })), weight);
    return {
      total: add(crossEntropy, coverage),
      tokens: batch.tokenCount,
      terms: { crossEntropy, coverage },
    };
  }

  /** Returns the loss of each token, `[b, t]`. Label smoothing spreads probability over the target vocabulary. */
  #losses(output: CopyOutput, copy: CopySource, batch: Batch, labelSmoothing: number): Tensor {
    const chosen = copyCrossEntropy(output, copy, batch.copyTarget ?? batch.target);
    if (labelSmoothing === 0) return chosen;
    const logProbs = slice(copyLogProbs(output, copy), { axis: -1, start: 0, end: this.target.size });
    return add(mul(chosen, 1 - labelSmoothing), mul(neg(mean(logProbs, { axis: -1 })), labelSmoothing));
  }

  /** What can be copied; `null`: nothing. */
  #copyOf({ ids, copy }: SourceBatch): CopySource | null {
    return copy ?? (this.#sharedVocabulary ? { ids, extraTokens: 0 } : null);
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
