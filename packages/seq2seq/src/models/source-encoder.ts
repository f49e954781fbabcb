import { type Embedding, Module, type RecurrentState } from "@heed/nn";
import type { Tensor } from "@heed/tensor";
import type { AttentionMap } from "./seq2seq-model.js";

/** What kinds of encoders a recurrent decoder may read from. */
export const encoderKinds = ["recurrent", "self-attention"] as const;

export type EncoderKind = (typeof encoderKinds)[number];

/** What an encoder says. */
export interface EncoderOutput {
  /** `[b, s, outputSize]`, 0 beyond each sentence's end. */
  readonly states: Tensor;
  /** A state for each layer of the decoder; one a direction where there are two. */
  readonly last: readonly RecurrentState[];
  /** How the source attends itself; none in a recurrent encoder. */
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
