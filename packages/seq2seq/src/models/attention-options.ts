import { Attention, findMask, findNormalizer, findScorer } from "@heed/attention";
import { z } from "zod";
import type { BuildContext } from "../recipe.js";
import { combineKinds } from "./combiner.js";

/** Options of every recipe with attention, to be spread into its own. */
export const attentionOptions = {
  /** Name or alias of a scorer. */
  scorer: z.string().default("additive"),
  /** Name of a normaliser. */
  normalizer: z.string().default("softmax"),
  /** By which scores are divided before they are normalised: below 1 sharpens, above 1 flattens. */
  temperature: z.number().positive().default(1),
  /** Rules about positions besides padding, by name, each with the numbers that differ from its own: `{ window: { radius: 3 } }`. */
  masks: z.record(z.string(), z.record(z.string(), z.number())).default({}),
  /** Width of the space in which query and key meet; by default the hidden size. */
  attentionSize: z.int().positive().optional(),
  /** For scorers that have heads. */
  heads: z.int().positive().default(4),
  /** How far a window reaches, in steps, for scorers that have one. */
  radius: z.number().positive().default(3),
  /** Most tokens of a source sentence, for scorers that learn something for each position. */
  maxKeys: z.int().positive().default(50),
  /** Whether values are projected, by a learned matrix as wide as the hidden size. */
  projectValues: z.boolean().default(false),
  /** Whether the context is projected, by a learned matrix as wide as the hidden size. */
  projectContext: z.boolean().default(false),
  /** Probability with which an attention weight is dropped in training. */
  attentionDropout: z.number().min(0).lt(1).default(0),
  /** How the context is joined with what it is given to. */
  combine: z.enum(combineKinds).default("concat"),
};

type ChosenAttention = Omit<z.infer<ReturnType<typeof z.object<typeof attentionOptions>>>, "combine">;

/**
 * The attention that the options describe.
 * @throws HeedError when there is no such scorer, normaliser or mask
 * @throws ShapeError when the scorer cannot compare these widths
 */
export function buildAttention(
  options: ChosenAttention,
  sizes: { readonly querySize: number; readonly keySize: number },
  { random, scorers }: BuildContext,
): Attention {
  const { temperature, heads, radius, maxKeys } = options;
  return new Attention({
    ...sizes,
    scorer: findScorer(options.scorer, scorers),
    normalizer: findNormalizer(options.normalizer),
    temperature,
    masks: Object.entries(options.masks).map(([name, numbers]) => ({ mask: findMask(name), numbers })),
    attentionSize: options.attentionSize ?? sizes.querySize,
    heads,
    radius,
    maxKeys,
    projectValues: options.projectValues ? sizes.querySize : undefined,
    projectContext: options.projectContext ? sizes.querySize : undefined,
    dropout: options.attentionDropout,
    random,
  });
}
