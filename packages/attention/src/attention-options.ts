import type { Random } from "@heed/core";
import type { Mask, MaskNumbers } from "./mask.js";
import type { Normalizer } from "./normalizer.js";
import type { Scorer } from "./scorer.js";

/** A mask, and what differs from its defaults. */
export interface AppliedMask {
  readonly mask: Mask;
  readonly numbers?: MaskNumbers;
}

export interface AttentionOptions {
  readonly scorer: Scorer;
  /** Width of a query, dq. */
  readonly querySize: number;
  /** Width of a key, dk. */
  readonly keySize: number;
  /** Width of the space in which both meet, d, for scorers that have one; by default dq. */
  readonly attentionSize?: number;
  /** For scorers that have heads; by default 1. */
  readonly heads?: number;
  /** Reach of a window in steps, for scorers that have one; by default 3. */
  readonly radius?: number;
  /** Most keys of a sentence, for scorers that learn something for each position; by default 50. */
  readonly maxKeys?: number;
  /** Width of a value, dv; by default dk. */
  readonly valueSize?: number;
  /** Width to which values are projected (Wᵥ, without bias); by default they are taken as they are. */
  readonly projectValues?: number | undefined;
  /** Width to which the context is projected (Wₒ, without bias); by default it is returned as it is. */
  readonly projectContext?: number | undefined;
  /** By default softmax. */
  readonly normalizer?: Normalizer;
  /** By which scores are divided before they are normalised, > 0: below 1 sharpens, above 1 flattens. By default 1. */
  readonly temperature?: number;
  /** Rules about positions, besides the mask of the memory. */
  readonly masks?: readonly AppliedMask[];
  /** Probability with which a weight is dropped in training, in [0, 1); by default 0. */
  readonly dropout?: number;
  readonly random: Random;
}
