import { Attention, findMask, findNormalizer, findScorer } from "@heed/attention";
import * as z from "zod";
import type { BuildContext } from "./build-context.js";
import { combineKinds } from "./combiner.js";

/** Options of every recipe with attention, to be spread into the recipe's own. */
export const attentionOptions = {
  /** Name or alias of a scorer. */
  scorer: z.string().default("additive"),
  /** Name of a normalizer. */
  normalizer: z.string().default("softmax"),
  /** The scores are divided by it before they are normalized: below 1 sharpens, above 1 flattens. */
  temperature: z.number().positive().default(1),
  /** Masks that depend on positions, by name, each with the options that differ from its defaults: `{ window: { radius: 3 } }`. */
  masks: z.record(z.string(), z.record(z.string(), z.number())).default({}),
  /** Size of the space to which query and key are projected; default: the hidden size. */
  attentionSize: z.int().positive().optional(),
  /** Number of heads, for scorers that have heads. */
  heads: z.int().positive().default(4),
  /** Reach of the window in steps, for scorers that have one. */
  radius: z.number().positive().default(3),
  /** Largest number of tokens in a source sentence, for scorers that learn a parameter for each position. */
  maxKeys: z.int().positive().default(50),
  /** Whether a learned matrix projects the values to the hidden size. */
  projectValues: z.boolean().default(false),
  /** Whether a learned matrix projects the context to the hidden size. */
  projectContext: z.boolean().default(false),
  /** Probability of dropping an attention weight in training. */
  attentionDropout: z.number().min(0).lt(1).default(0),
  /** How the context is combined with the state or the input. */
  combine: z.enum(combineKinds).default("concat"),
};

export type AttentionConfig = Omit<z.infer<ReturnType<typeof z.object<typeof attentionOptions>>>, "combine">;

/**
 * Builds the attention that the options describe.
 * @throws UnknownNameError when there is no such scorer, normalizer or mask
 * @throws ShapeError when the scorer cannot compare these sizes
 */
export function buildAttention(
  options: AttentionConfig,
  sizes: { readonly querySize: number; readonly keySize: number },
  { random, scorers }: BuildContext,
): Attention {
  const { temperature, heads, radius, maxKeys } = options;
  return new Attention({
    ...sizes,
    scorer: findScorer(options.scorer, scorers),
    normalizer: findNormalizer(options.normalizer),
    temperature,
    masks: Object.entries(options.masks).map(([name, own]) => ({ mask: findMask(name), options: own })),
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

// The declarations of zod name this type, which otherwise exists only with the types of the DOM or of Node.
declare global {
  interface URL {}
}
