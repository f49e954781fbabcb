import { makeMask, paddingMask } from "@heed/attention";
import type { Random } from "@heed/core";
import {
  Dropout,
  Embedding,
  type RecurrentKind,
  type RecurrentLayer,
  type RecurrentState,
  recurrentKinds,
  recurrentLayer,
} from "@heed/nn";
import type { Tensor } from "@heed/tensor";
import * as z from "zod/mini";
import type { SourceBatch } from "../batch.js";
import { option } from "../options/option.js";
import { OptionError } from "../options/option-error.js";
import { Bridge } from "./bridge.js";
import type { BuildContext } from "./build-context.js";
import { checkSharing } from "./check-sharing.js";
import { Encoder } from "./encoder.js";
import { layerCount, probability, probabilityOr, size } from "./model-limits.js";
import { OutputLayer } from "./output-layer.js";
import { SelfAttentionEncoder } from "./self-attention-encoder.js";
import { type Encoded, Seq2SeqModel } from "./seq2seq-model.js";
import { encoderKinds, type SourceEncoder } from "./source-encoder.js";

/** Options of every recurrent model, with their defaults. */
export const recurrentOptions = z.strictObject({
  cell: option(z.enum(recurrentKinds), "gru", "Kind of recurrent cell, in encoder and decoder."),
  embeddingSize: option(size, 128, "Size of the embedding of a token."),
  hiddenSize: option(size, 128, "Size of a state of the encoder, in each direction, and of the decoder."),
  layers: option(layerCount, 1, "Number of layers of the encoder, and of the decoder."),
  encoder: option(
    z.enum(encoderKinds),
    "recurrent",
    "Kind of encoder: a recurrent network, or layers of self-attention as in a Transformer (with `heads` heads, or 1).",
  ),
  bidirectional: option(z.boolean(), false, "Whether a recurrent encoder reads the source in both directions."),
  dropout: option(
    probability,
    0,
    "Probability of dropping a feature in training: between layers, and wherever no other option of dropout is set.",
  ),
  embeddingDropout: probabilityOr(
    "dropout",
    "Probability of dropping a feature of an embedded source token in training.",
  ),
  targetEmbeddingDropout: probabilityOr(
    "embeddingDropout",
    "Probability of dropping a feature of an embedded target token in training.",
  ),
  outputDropout: probabilityOr("dropout", "Probability of dropping an input of the output layer in training."),
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
  residual: option(
    z.boolean(),
    false,
    "Whether the input of each layer above the first is added to its output, in encoder and decoder.",
  ),
});

/** The options of a recurrent model, after {@link parseOptions}. */
export type RecurrentOptions = z.output<typeof recurrentOptions> & {
  /** Number of heads of a self-attention encoder. Default: 1. */
  readonly heads?: number;
};

/** What an encoder is built from besides the options of the model. */
export interface EncoderParts {
  readonly embedding: Embedding;
  /** Whether the decoder's states have a `cell`. */
  readonly hasCell: boolean;
  readonly random: Random;
}

/** The state of a recurrent decoder. */
export interface RecurrentDecoderState {
  /** One state for each layer. */
  readonly layers: readonly RecurrentState[];
}

/** The base of encoder–decoder models whose decoder is a recurrent network. */
export abstract class RecurrentModel<
  E extends Encoded = Encoded,
  S extends RecurrentDecoderState = RecurrentDecoderState,
> extends Seq2SeqModel<E, S> {
  readonly encoder: SourceEncoder;
  readonly bridge: Bridge;
  /** Of the target. */
  readonly embedding: Embedding;
  /** Of embedded target tokens. */
  readonly embeddingDropout: Dropout;
  /** Between layers of the decoder. */
  readonly dropout: Dropout;
  /** Before the output layer. */
  readonly outputDropout: Dropout;
  protected readonly cell: RecurrentKind;
  protected readonly layers: number;
  readonly #tied: boolean;

  /**
   * @param options - the options of the subclass, which has checked them by `parseOptions`
   * @throws OptionError when two vocabularies should share an embedding, or a self-attention encoder is bidirectional
   */
  constructor(options: RecurrentOptions, context: BuildContext) {
    super(context.target);
    const { embeddingSize, shareEmbedding, tieOutput, dropout, embeddingDropout = dropout } = options;
    const { targetEmbeddingDropout = embeddingDropout, outputDropout = dropout } = options;
    const { random, source, target } = context;
    checkSharing(shareEmbedding, context);
    // As the matrix of an output layer, it must be small, so that the first logits are.
    const std = tieOutput ? 1 / Math.sqrt(embeddingSize) : 1;
    const embed = ({ size, padId }: BuildContext["source"]): Embedding =>
      new Embedding({ numEmbeddings: size, embeddingSize, std, paddingIndex: padId, random });
    const sourceEmbedding = embed(source);
    const hasCell = options.cell === "lstm";
    this.encoder = this.createEncoder(options, { embedding: sourceEmbedding, hasCell, random });
    this.bridge = new Bridge({ ...options, hasCell, random });
    this.embedding = shareEmbedding ? sourceEmbedding : embed(target);
    this.embeddingDropout = new Dropout({ probability: targetEmbeddingDropout, random });
    this.dropout = new Dropout({ probability: dropout, random });
    this.outputDropout = new Dropout({ probability: outputDropout, random });
    this.cell = options.cell;
    this.layers = options.layers;
    this.#tied = tieOutput;
  }

  /** Builds the layers of a decoder that runs over whole sequences. */
  protected createDecoder(
    { cell, embeddingSize, hiddenSize, layers, dropout, residual }: RecurrentOptions,
    random: Random,
  ): RecurrentLayer {
    return recurrentLayer(cell, {
      ...{ inputSize: embeddingSize, hiddenSize, layers, dropout, random },
      residualFrom: residual ? 1 : layers,
    });
  }

  /** Builds the output layer, with the matrix of the target's embedding if they are tied. */
  protected createOutput(inFeatures: number, { random, target }: BuildContext): OutputLayer {
    const tied = this.#tied ? this.embedding : null;
    return new OutputLayer({ inFeatures, outFeatures: target.size, tied, random });
  }

  /**
   * Builds the encoder. A subclass overrides this to use another one. It is called by the constructor, before the fields of
   * the subclass are set.
   */
  protected createEncoder(options: RecurrentOptions, parts: EncoderParts): SourceEncoder {
    if (options.encoder !== "self-attention") return new Encoder({ ...options, ...parts });
    if (options.bidirectional) {
      throw new OptionError(
        "bidirectional is an option of recurrent encoders, but encoder is self-attention, which reads the whole source at once. Set bidirectional to false, or encoder to recurrent.",
      );
    }
    return new SelfAttentionEncoder({ heads: 1, ...options, ...parts });
  }

  /** Encodes the source; `layers` are the decoder's first states. */
  protected encodeSource(
    source: SourceBatch,
  ): Omit<Encoded, "initial"> & { readonly layers: readonly RecurrentState[] } {
    const { states, last, maps } = this.encoder.forward(source.ids, source.lengths);
    const mask = makeMask(paddingMask, { keys: source.ids.shape[1]!, lengths: source.lengths });
    return { source, states, mask, maps, layers: this.bridge.forward(last) };
  }

  /** Embeds target ids: `[...]` to `[..., e]`. */
  protected embed(ids: Tensor): Tensor {
    return this.embeddingDropout.forward(this.embedding.forward(ids));
  }
}
