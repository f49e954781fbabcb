import { Attention, findNormalizer, findScorer } from "@heed/attention";
import { z } from "zod";
import type { BuildContext } from "../recipe.js";
import { combineKinds } from "./combiner.js";

/** Options of every recipe with attention, to be spread into its own. */
export const attentionOptions = {
  /** Name or alias of a scorer. */
  scorer: z.string().default("additive"),
  /** Name of a normaliser. */
  normalizer: z.string().default("softmax"),
  /** Width of the space in which query and key meet; by default the hidden size. */
  attentionSize: z.int().positive().optional(),
  /** Probability with which an attention weight is dropped in training. */
  attentionDropout: z.number().min(0).lt(1).default(0),
  /** How the context is joined with what it is given to. */
  combine: z.enum(combineKinds).default("concat"),
};

interface ChosenAttention {
  readonly scorer: string;
  readonly normalizer: string;
  readonly attentionSize?: number | undefined;
  readonly attentionDropout: number;
}

/**
 * The attention that the options describe.
 * @throws HeedError when there is no such scorer or normaliser
 * @throws ShapeError when the scorer cannot compare these widths
 */
export function buildAttention(
  options: ChosenAttention,
  sizes: { readonly querySize: number; readonly keySize: number },
  { random, scorers }: BuildContext,
): Attention {
  return new Attention({
    ...sizes,
    scorer: findScorer(options.scorer, scorers),
    normalizer: findNormalizer(options.normalizer),
    attentionSize: options.attentionSize ?? sizes.querySize,
    dropout: options.attentionDropout,
    random,
  });
}
