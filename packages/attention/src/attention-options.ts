import { optionRules, type Random } from "@heed/core";
import type { Mask, MaskOptions } from "./mask.js";
import type { Normalizer } from "./normalizer.js";
import type { Scorer } from "./scorer.js";

/** A mask with its options. */
export interface AppliedMask {
  readonly mask: Mask;
  /** The options that differ from the mask's defaults. */
  readonly options?: MaskOptions;
}

export interface AttentionOptions {
  /** A scorer, or the name of a built-in one. */
  readonly scorer: Scorer | string;
  /** Size of a query, dq. */
  readonly querySize: number;
  /** Size of a key, dk. */
  readonly keySize: number;
  /** Size of the space to which query and key are projected, d, for scorers that have one; default dq. */
  readonly attentionSize?: number;
  /** For scorers with heads; default 1. */
  readonly heads?: number;
  /** Reach of the window in steps, for scorers that have one; default 3. */
  readonly radius?: number;
  /** Largest number of keys in a sentence, for scorers that learn a parameter for each position; default 50. */
  readonly maxKeys?: number;
  /** Size of a value, dv; default dk. */
  readonly valueSize?: number;
  /** Size to which values are projected (Wᵥ, without bias); default: no projection. */
  readonly projectValues?: number | undefined;
  /** Size to which the context is projected (Wₒ, without bias); default: no projection. */
  readonly projectContext?: number | undefined;
  /** A normalizer, or the name of a built-in one; default softmax. */
  readonly normalizer?: Normalizer | string;
  /** The scores are divided by it before they are normalized, > 0: below 1 sharpens, above 1 flattens; default 1. */
  readonly temperature?: number;
  /** Masks that depend on positions, besides the mask of the memory. */
  readonly masks?: readonly AppliedMask[];
  /** Probability of dropping a weight in training, in [0, 1); default 0. */
  readonly dropout?: number;
  readonly random: Random;
}

/** Kinds of the options of `Attention`. */
export const attentionRules = optionRules<AttentionOptions>({
  scorer: "any",
  querySize: "number",
  keySize: "number",
  "attentionSize?": "number",
  "heads?": "number",
  "radius?": "number",
  "maxKeys?": "number",
  "valueSize?": "number",
  "projectValues?": "number",
  "projectContext?": "number",
  "normalizer?": "any",
  "temperature?": "number",
  "masks?": "any",
  "dropout?": "number",
  random: "random",
});
