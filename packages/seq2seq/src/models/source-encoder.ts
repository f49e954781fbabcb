import { type Embedding, Module, type RecurrentState } from "@heed/nn";
import type { Tensor } from "@heed/tensor";
import type { AttentionMap } from "./seq2seq-model.js";

/** Kinds of encoders for a recurrent decoder. */
export const encoderKinds = ["recurrent", "self-attention"] as const;

export type EncoderKind = (typeof encoderKinds)[number];

/** The result of an encoder. */
export interface EncoderOutput {
  /** `[b, s, outputSize]`, 0 after the end of each sentence. */
  readonly states: Tensor;
  /** One state for each layer of the decoder, and for each direction of a bidirectional encoder. */
  readonly last: readonly RecurrentState[];
  /** Self-attention of the source; empty for a recurrent encoder. */
  readonly maps: readonly AttentionMap[];
}

/** Reads the source for a recurrent decoder. */
export abstract class SourceEncoder extends Module {
  abstract readonly embedding: Embedding;

  /** Size of a state. */
  abstract get outputSize(): number;

  /**
   * @param source - i32 `[b, s]`
   * @param lengths - i32 `[b]`
   */
  abstract forward(source: Tensor, lengths: Tensor): EncoderOutput;
}
