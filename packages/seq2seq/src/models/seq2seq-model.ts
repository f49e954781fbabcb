import type { AttentionMemory } from "@heed/attention";
import { Module } from "@heed/nn";
import type { Tensor } from "@heed/tensor";

/** What the encoder hands to the decoder: tensors that stay the same for all target steps. */
export interface Encoded {
  /** The encoder's outputs, 0 beyond each sentence's end, `[b, s, h]`. */
  readonly states: Tensor;
  /** Which source positions may be attended, bool `[b, 1, s]`; true = may attend. */
  readonly mask: Tensor;
  /** The decoder's first state, one tensor `[b, …]` a component. */
  readonly initial: DecoderState;
  /** What attention prepares once a sentence, one a layer that attends the source; none without attention. */
  readonly memories: readonly AttentionMemory[];
  /** What the decoder makes of its own parameters once, rather than at each step, such as parts of a matrix. */
  readonly derived: readonly Tensor[];
  /** How the source attends itself; none in a recurrent encoder. */
  readonly maps: readonly AttentionMap[];
}

/** Whose attention a map shows: the target's to the source, or of source or target to itself. */
export type AttentionKind = "cross" | "encoder" | "decoder";

/** The weights of one layer, in [0, 1]. */
export interface AttentionMap {
  readonly kind: AttentionKind;
  /** From 0. */
  readonly layer: number;
  /** `[b, heads, queries, keys]`. */
  readonly weights: Tensor;
}

/** What the decoder remembers between two target steps: tensors with the batch as first axis. */
export type DecoderState = readonly Tensor[];

/** Logits and attention weights for a whole target sequence. */
export interface DecoderOutput {
  /** `[b, t, v]`. */
  readonly logits: Tensor;
  /** `[b, t, s]`, in [0, 1], the mean of the heads of the last layer; `null` for a model without attention. */
  readonly weights: Tensor | null;
  /** Every layer and head; none without attention. */
  readonly maps: readonly AttentionMap[];
}

/** Logits, attention weights and the next state, for one target step. */
export interface DecoderStep {
  /** `[b, v]`. */
  readonly logits: Tensor;
  /** `[b, s]`, as in {@link DecoderOutput}; `null` for a model without attention. */
  readonly weights: Tensor | null;
  readonly state: DecoderState;
}

/**
 * A model that reads a source sequence and writes a target sequence.
 *
 * Axes: b sentences, s source positions, t target positions, v target tokens, h the encoder's size.
 */
export abstract class Seq2SeqModel extends Module {
  /**
   * @param source - i32 `[b, s]`, padded at the end
   * @param lengths - i32 `[b]`, without padding, each ≥ 1
   */
  abstract encode(source: Tensor, lengths: Tensor): Encoded;

  /**
   * All target steps at once, each given the gold token before it (teacher forcing).
   * @param decoderInput - i32 `[b, t]`: `<sos>`, then the target without its last token
   */
  abstract decode(encoded: Encoded, decoderInput: Tensor): DecoderOutput;

  /**
   * One target step.
   * @param ids - i32 `[b]`: the token before
   * @param state - at first `encoded.initial`
   */
  abstract step(encoded: Encoded, ids: Tensor, state: DecoderState): DecoderStep;

  /** Encodes, and decodes with teacher forcing. */
  forward(source: Tensor, lengths: Tensor, decoderInput: Tensor): DecoderOutput {
    return this.decode(this.encode(source, lengths), decoderInput);
  }
}
