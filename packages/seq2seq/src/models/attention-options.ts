import { Attention, findMask, findNormalizer, findScorer } from "@heed/attention";
import * as z from "zod";
import type { BuildContext } from "./build-context.js";
import { combineKinds } from "./combiner.js";

const size = z.int().positive();

/** Options of every recurrent model with attention, to be spread into the model's own. */
export const attentionOptions = {
  scorer: z
    .string()
    .default("additive")
    .describe("Name of the scorer, which compares a query with the keys: `additive`, `general`, `dot` and others."),
  normalizer: z
    .string()
    .default("softmax")
    .describe(
      "Name of the normalizer, which turns scores into weights: `softmax`, `sparsemax`, `entmax15`, `sigmoid`.",
    ),
  temperature: z
    .number()
    .positive()
    .default(1)
    .describe("Divisor of the scores before they are normalized: below 1 sharpens the weights, above 1 flattens them."),
  masks: z
    .record(z.string(), z.record(z.string(), z.number()))
    .default({})
    .describe(
      "Masks besides padding, by name, each with the options that differ from its defaults: `{ window: { radius: 3 } }`.",
    ),
  attentionSize: size
    .optional()
    .describe("Size of the space to which query and key are projected. Default: `hiddenSize`."),
  heads: size.default(4).describe("Number of heads, for scorers that have heads."),
  radius: z
    .number()
    .positive()
    .default(3)
    .describe("Distance in tokens from the centre of the window to its ends, for scorers that have a window."),
  maxKeys: size
    .default(50)
    .describe("Largest number of tokens in a source sentence, for scorers that learn a parameter for each position."),
  projectValues: z.boolean().default(false).describe("Whether a learned matrix projects the values to `hiddenSize`."),
  projectContext: z.boolean().default(false).describe("Whether a learned matrix projects the context to `hiddenSize`."),
  attentionDropout: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe("Probability of dropping an attention weight in training."),
  combine: z
    .enum(combineKinds)
    .default("concat")
    .describe("How the context is combined with the state or the input: concatenated, or added."),
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
