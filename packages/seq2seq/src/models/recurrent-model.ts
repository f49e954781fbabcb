import { type AttentionMemory, makeMask, paddingMask } from "@heed/attention";
import type { Random } from "@heed/core";
import { Dropout, Embedding, type RecurrentKind, recurrentKinds } from "@heed/nn";
import type { Tensor } from "@heed/tensor";
import { z } from "zod";
import { ConfigError } from "../config/config-error.js";
import type { BuildContext } from "../recipe.js";
import { Bridge } from "./bridge.js";
import { checkSharing } from "./check-sharing.js";
import { packState } from "./decoder-state.js";
import { Encoder } from "./encoder.js";
import { SelfAttentionEncoder } from "./self-attention-encoder.js";
import { type DecoderState, type Encoded, Seq2SeqModel } from "./seq2seq-model.js";
import type { EncoderKind, SourceEncoder } from "./source-encoder.js";

const size = z.int().positive();

/** Options of every recurrent recipe. */
export const recurrentOptions = z.strictObject({
  cell: z.enum(recurrentKinds).default("gru"),
  embeddingSize: size.default(128),
  hiddenSize: size.default(128),
  /** Recurrent layers of the encoder, and of the decoder. */
  layers: size.default(1),
  /** Whether the encoder reads in both directions. */
  bidirectional: z.boolean().default(false),
  /** Probability with which an embedded entry, or one between layers, is dropped in training. */
  dropout: z.number().min(0).lt(1).default(0),
  /** One embedding for source and target, which then need one vocabulary. */
  shareEmbedding: z.boolean().default(false),
});

export type RecurrentOptions = z.infer<typeof recurrentOptions> & {
  /** By default `recurrent`. */
  readonly encoder?: EncoderKind;
  /** For an encoder whose source attends itself. */
  readonly heads?: number;
};

/** An encoder–decoder with recurrent networks; what differs is where attention sits between the two. */
export abstract class RecurrentModel extends Seq2SeqModel {
  readonly encoder: SourceEncoder;
  readonly bridge: Bridge;
  /** Of the target. */
  readonly embedding: Embedding;
  readonly dropout: Dropout;
  protected readonly cell: RecurrentKind;
  protected readonly layers: number;

  /**
   * @throws ConfigError when an embedding is to be shared by two vocabularies, or what reads in no direction is to read in
   *   both
   */
  constructor(options: RecurrentOptions, context: BuildContext) {
    super();
    const { embeddingSize, shareEmbedding } = options;
    const { random, padId, sourceSize, targetSize } = context;
    checkSharing(shareEmbedding, context);
    const embed = (numEmbeddings: number): Embedding =>
      new Embedding({ numEmbeddings, embeddingSize, paddingIndex: padId, random });
    const sourceEmbedding = embed(sourceSize);
    const hasCell = options.cell === "lstm";
    this.encoder = buildEncoder(options, { embedding: sourceEmbedding, hasCell, random });
    this.bridge = new Bridge({ ...options, hasCell, random });
    this.embedding = shareEmbedding ? sourceEmbedding : embed(targetSize);
    this.dropout = new Dropout({ probability: options.dropout, random });
    this.cell = options.cell;
    this.layers = options.layers;
  }

  encode(source: Tensor, lengths: Tensor): Encoded {
    const { states, last, maps } = this.encoder.forward(source, lengths);
    const mask = makeMask(paddingMask, { keys: source.shape[1]!, lengths });
    const memories = this.prepare(states, mask, lengths);
    const initial = [...packState(this.bridge.forward(last)), ...this.start(memories)];
    return { states, mask, initial, memories, derived: this.derive(), maps };
  }

  /** What attention does once a sentence, before any query is known; nothing without attention. */
  protected prepare(_states: Tensor, _mask: Tensor, _lengths: Tensor): readonly AttentionMemory[] {
    return [];
  }

  /** What the decoder remembers at first besides the states of its layers; nothing by default. */
  protected start(_memories: readonly AttentionMemory[]): DecoderState {
    return [];
  }

  /** What the decoder makes of its own parameters once; nothing by default. */
  protected derive(): readonly Tensor[] {
    return [];
  }

  /** Target ids `[...]` as vectors `[..., e]`. */
  protected embed(ids: Tensor): Tensor {
    return this.dropout.forward(this.embedding.forward(ids));
  }
}

function buildEncoder(
  options: RecurrentOptions,
  parts: { readonly embedding: Embedding; readonly hasCell: boolean; readonly random: Random },
): SourceEncoder {
  if (options.encoder !== "self-attention") return new Encoder({ ...options, ...parts });
  if (options.bidirectional) {
    const message =
      "model.bidirectional is for a recurrent encoder: one of self-attention sees all of the source at once. Set one of model.bidirectional: false, model.encoder: recurrent.";
    throw new ConfigError([{ path: "model.bidirectional", message }]);
  }
  return new SelfAttentionEncoder({ heads: 1, ...options, ...parts });
}
