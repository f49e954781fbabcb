import {
  type AttendOptions,
  causalMask,
  type KeyValueCache,
  type MultiHeadMemory,
  makeMask,
  meanOfHeads,
  paddingMask,
  type QueryProjection,
} from "@heed/attention";
import { Dropout, Embedding } from "@heed/nn";
import { slice, type Tensor, where } from "@heed/tensor";
import * as z from "zod/mini";
import type { SourceBatch } from "../batch.js";
import { option } from "../options/option.js";
import { OptionError } from "../options/option-error.js";
import { parseOptions } from "../options/parse-options.js";
import { PositionalEncoding, positionKinds } from "../transformer/positional-encoding.js";
import { TransformerDecoder } from "../transformer/transformer-decoder.js";
import type { DecoderLayerOutput } from "../transformer/transformer-decoder-layer.js";
import { TransformerEncoder } from "../transformer/transformer-encoder.js";
import { activationKinds, normKinds } from "../transformer/transformer-layer.js";
import type { BuildContext } from "./build-context.js";
import { checkSharing } from "./check-sharing.js";
import { DerivedCache } from "./derived-cache.js";
import { layerCount, modelLimits, probability, probabilityOr, size } from "./model-limits.js";
import type { TransformerModelOptions } from "./option-types.js";
import { OutputLayer } from "./output-layer.js";
import {
  type AttentionMap,
  type DecoderOutput,
  type DecoderStep,
  type Encoded,
  type InspectedStep,
  Seq2SeqModel,
  type StepControl,
} from "./seq2seq-model.js";

/** Options of {@link TransformerModel}, with their defaults. */
export const transformerOptions = z.strictObject({
  hiddenSize: option(size, 64, "Size of the vector of each position, d."),
  feedForwardSize: option(size, 256, "Size between the two matrices of a feed-forward part."),
  heads: option(size, 4, "Number of heads of each attention. It must divide `hiddenSize`."),
  layers: option(layerCount, 2, "Number of layers of the encoder, and of the decoder."),
  norm: option(
    z.enum(normKinds),
    "pre",
    "Position of the layer norm: before each part, or after its residual sum, as in the paper.",
  ),
  activation: option(z.enum(activationKinds), "relu", "Activation between the matrices of a feed-forward part."),
  positions: option(z.enum(positionKinds), "sinusoidal", "Kind of positions: a formula, or a learned table."),
  maxPositions: option(size, 256, "Largest number of tokens in a sentence, for learned positions."),
  dropout: option(
    probability,
    0.1,
    "Probability of dropping a feature in training: of the result of each part, and wherever no other option of dropout is set.",
  ),
  embeddingDropout: probabilityOr(
    "dropout",
    "Probability of dropping a feature of an embedding with its position in training.",
  ),
  feedForwardDropout: probabilityOr(
    "dropout",
    "Probability of dropping a feature between the two matrices of a feed-forward part in training; the paper drops none.",
  ),
  outputDropout: option(probability, 0, "Probability of dropping an input of the output layer in training."),
  attentionDropout: option(probability, 0, "Probability of dropping an attention weight in training."),
  alignmentLayer: z
    .optional(z.int().check(z.minimum(0), z.lt(modelLimits.layers)))
    .check(
      z.describe(
        "Layer of the decoder, from 0, whose attention to the source counts as the alignment: in heatmaps, and in guided alignment. Default: the last.",
      ),
    ),
  alignmentHead: z
    .optional(z.int().check(z.minimum(0), z.lt(modelLimits.size)))
    .check(
      z.describe("Head of `alignmentLayer`, from 0, that counts as the alignment. Default: the mean of all heads."),
    ),
  shareEmbedding: option(
    z.boolean(),
    false,
    "Whether source and target share one embedding. They must then share one vocabulary.",
  ),
  tieOutput: option(
    z.boolean(),
    false,
    "Whether the matrix of the output layer is the target's embedding. With `shareEmbedding`, one matrix has all three uses.",
  ),
});

/** The encoder's result. */
export interface TransformerEncoded extends Encoded {
  readonly initial: TransformerState;
  /** Keys and values of the source, for each decoder layer. */
  readonly memories: readonly MultiHeadMemory[];
}

/** The state of the decoder. */
export interface TransformerState {
  /** Keys and values of the earlier target positions, for each layer; empty before the first step. */
  readonly caches: readonly KeyValueCache[];
}

interface TransformerRun {
  /** `[b, t, v]`. */
  readonly logits: Tensor;
  readonly layers: readonly DecoderLayerOutput[];
}

/**
 * The Transformer: attention without recurrence. Every encoder layer has self-attention; every decoder layer has
 * self-attention over the earlier target positions, and attention to the source. The logits are Linear(last layer).
 *
 * Embeddings start in N(0, 1/d) and are scaled by √d. The state of a step holds the keys and values of each layer, so that
 * no prefix is computed twice. Keys and values of the source are computed once a sentence.
 *
 * Source: Vaswani et al. 2017, arXiv:1706.03762.
 */
export class TransformerModel extends Seq2SeqModel<TransformerEncoded, TransformerState> {
  readonly sourceEmbedding: Embedding;
  readonly sourcePositions: PositionalEncoding;
  readonly encoder: TransformerEncoder;
  /** Of the target. */
  readonly embedding: Embedding;
  readonly positions: PositionalEncoding;
  readonly decoder: TransformerDecoder;
  /** Before the output layer. */
  readonly outputDropout: Dropout;
  readonly output: OutputLayer;
  readonly #projections = new DerivedCache(
    () => this.decoder.precomputed,
    () => this.decoder.precompute(),
  );

  readonly #alignment: { readonly layer: number; readonly head: number | undefined };

  /**
   * @throws OptionError when an option is unknown or out of range, or when two vocabularies should share an embedding
   * @throws HeedError when the heads do not divide the hidden size
   */
  constructor(given: TransformerModelOptions, context: BuildContext) {
    const options = parseOptions("TransformerModel", transformerOptions, given);
    super(context.target);
    const { hiddenSize, positions, maxPositions, shareEmbedding, tieOutput, outputDropout } = options;
    const { dropout, embeddingDropout = dropout } = options;
    const { random, source, target } = context;
    checkSharing(shareEmbedding, context);
    this.#alignment = alignmentOf(options);
    const embed = ({ size, padId }: BuildContext["source"]): Embedding => {
      const sizes = { numEmbeddings: size, embeddingSize: hiddenSize, std: 1 / Math.sqrt(hiddenSize) };
      return new Embedding({ ...sizes, paddingIndex: padId, random });
    };
    const place = (): PositionalEncoding =>
      new PositionalEncoding({ kind: positions, size: hiddenSize, maxPositions, dropout: embeddingDropout, random });
    const stack = { ...options, size: hiddenSize, random };
    this.sourceEmbedding = embed(source);
    this.sourcePositions = place();
    this.encoder = new TransformerEncoder(stack);
    this.embedding = shareEmbedding ? this.sourceEmbedding : embed(target);
    this.positions = place();
    this.decoder = new TransformerDecoder(stack);
    this.outputDropout = new Dropout({ probability: outputDropout, random });
    const tied = tieOutput ? this.embedding : null;
    this.output = new OutputLayer({ inFeatures: hiddenSize, outFeatures: target.size, tied, random });
  }

  encode(source: SourceBatch): TransformerEncoded {
    const [b, s] = source.ids.shape as [number, number];
    const mask = makeMask(paddingMask, { keys: s, lengths: source.lengths }); // b 1 s
    const placed = this.sourcePositions.forward(this.sourceEmbedding.forward(source.ids));
    const { output, weights } = this.encoder.forward(placed, mask);
    const states = where(mask.reshape(b, s, 1), output, 0);
    return {
      source,
      states,
      mask,
      initial: { caches: [] },
      memories: this.decoder.prepare(states, mask),
      maps: weights.map((each, layer): AttentionMap => ({ kind: "encoder", layer, weights: each })),
    };
  }

  decode(encoded: TransformerEncoded, decoderInput: Tensor): DecoderOutput {
    const { logits, layers } = this.#run(encoded, decoderInput, encoded.initial, this.decoder.precompute());
    const maps = layers.flatMap(({ self, cross }, layer): AttentionMap[] => [
      { kind: "decoder", layer, weights: self },
      { kind: "cross", layer, weights: cross },
    ]);
    return { logits, weights: this.#weightsOf(layers), maps };
  }

  step(
    encoded: TransformerEncoded,
    ids: Tensor,
    state: TransformerState,
    control?: StepControl,
  ): DecoderStep<TransformerState> {
    return this.#stepOf(this.#runStep(encoded, ids, state, control, false));
  }

  inspect(
    encoded: TransformerEncoded,
    ids: Tensor,
    state: TransformerState,
    control?: StepControl,
  ): InspectedStep<TransformerState> {
    const run = this.#runStep(encoded, ids, state, control, true);
    return { ...this.#stepOf(run), layers: run.layers.map(({ inspection }) => inspection!) };
  }

  override releaseCache(): void {
    this.#projections.release();
  }

  #runStep(
    encoded: TransformerEncoded,
    ids: Tensor,
    state: TransformerState,
    control: StepControl | undefined,
    inspect: boolean,
  ): TransformerRun {
    this.checkControl(control, this.decoder.layers.length);
    const cross = this.decoder.layers.map((_, layer) => ({ control: control?.layers[layer], inspect }));
    return this.#run(encoded, ids.reshape(-1, 1), state, this.#projections.get(), cross);
  }

  /** @param ids - `[b, t]` */
  #run(
    { memories }: TransformerEncoded,
    ids: Tensor,
    { caches }: TransformerState,
    projections: readonly QueryProjection[],
    cross: readonly AttendOptions[] = [],
  ): TransformerRun {
    const t = ids.shape[1]!;
    const start = caches[0]?.keys.shape[2] ?? 0;
    // The only query of a step may attend every position before it.
    const mask = t === 1 ? null : makeMask(causalMask, { queries: t, keys: start + t, start, backend: ids.backend });
    const placed = this.positions.forward(this.embedding.forward(ids), start);
    const { output, layers } = this.decoder.forward(placed, { memories, mask, caches, projections, cross });
    return { logits: this.output.forward(this.outputDropout.forward(output)), layers };
  }

  /** The weights that count as the alignment, `[b, t, s]`. */
  #weightsOf(layers: readonly DecoderLayerOutput[]): Tensor {
    const { layer, head } = this.#alignment;
    const { cross } = layers[layer]!; // b h t s
    return meanOfHeads(head === undefined ? cross : slice(cross, { axis: 1, start: head, end: head + 1 }));
  }

  /** The result of a run of one step. */
  #stepOf({ logits, layers }: TransformerRun): DecoderStep<TransformerState> {
    const b = logits.shape[0]!;
    return {
      logits: logits.reshape(b, -1),
      weights: this.#weightsOf(layers).reshape(b, -1),
      state: { caches: layers.map(({ cache }) => cache) },
    };
  }
}

/** @throws OptionError when there is no such layer or head */
function alignmentOf(options: z.output<typeof transformerOptions>): { layer: number; head: number | undefined } {
  const { layers, heads, alignmentLayer = layers - 1, alignmentHead } = options;
  if (alignmentLayer >= layers) {
    throw new OptionError(
      `TransformerModel: alignmentLayer must be below the number of layers, ${layers}, got ${alignmentLayer}. Layers are counted from 0.`,
    );
  }
  if (alignmentHead !== undefined && alignmentHead >= heads) {
    throw new OptionError(
      `TransformerModel: alignmentHead must be below the number of heads, ${heads}, got ${alignmentHead}. Heads are counted from 0.`,
    );
  }
  return { layer: alignmentLayer, head: alignmentHead };
}
