import {
  Attention,
  builtInMasks,
  builtInNormalizers,
  builtInScorers,
  type Mask,
  type Normalizer,
  type Scorer,
} from "@heed/attention";
import { Registry } from "@heed/core";
import * as z from "zod/mini";
import { extensionName } from "../options/extension-name.js";
import { option } from "../options/option.js";
import type { BuildContext } from "./build-context.js";
import { combineKinds } from "./combiner.js";
import { probability, size } from "./model-limits.js";

const positive = z.number().check(z.positive());

/** Options of every recurrent model with attention, to be spread into the model's own. */
export const attentionOptions = {
  scorer: option(extensionName(builtInScorers), "additive", {
    extension: "scorer",
    description: "Name of the scorer, which compares a query with the keys.",
  }),
  normalizer: option(extensionName(builtInNormalizers), "softmax", {
    extension: "normalizer",
    description: "Name of the normalizer, which turns scores into weights.",
  }),
  temperature: option(
    positive,
    1,
    "Divisor of the scores before they are normalized: below 1 sharpens the weights, above 1 flattens them.",
  ),
  masks: option(
    z.record(z.string(), z.record(z.string(), z.number())),
    {},
    {
      extension: "mask",
      description:
        "Masks besides padding, by name, each with the options that differ from its defaults: `{ window: { radius: 3 } }`.",
    },
  ),
  attentionSize: z
    .optional(size)
    .check(z.describe("Size of the space to which query and key are projected. Default: `hiddenSize`.")),
  heads: option(size, 4, "Number of heads, for scorers that have heads."),
  radius: option(
    positive,
    3,
    "Distance in tokens from the centre of the window to its ends, for scorers that have a window.",
  ),
  maxKeys: option(
    size,
    50,
    "Largest number of tokens in a source sentence, for scorers that learn a parameter for each position.",
  ),
  projectValues: option(z.boolean(), false, "Whether a learned matrix projects the values to `hiddenSize`."),
  projectContext: option(z.boolean(), false, "Whether a learned matrix projects the context to `hiddenSize`."),
  sourceDropout: option(
    probability,
    0,
    "Probability of dropping a feature of the encoder's states in training, before attention reads them.",
  ),
  attentionDropout: option(probability, 0, "Probability of dropping an attention weight in training."),
  combine: option(
    z.enum(combineKinds),
    "concat",
    "How the context is combined with the state or the input: concatenated, or added.",
  ),
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
  {
    random,
    scorers = new Registry<Scorer>("scorer", builtInScorers),
    normalizers = new Registry<Normalizer>("normalizer", builtInNormalizers),
    masks = new Registry<Mask>("mask", builtInMasks),
  }: BuildContext,
): Attention {
  const { temperature, heads, radius, maxKeys } = options;
  return new Attention({
    ...sizes,
    scorer: scorers.get(options.scorer),
    normalizer: normalizers.get(options.normalizer),
    temperature,
    masks: Object.entries(options.masks).map(([name, own]) => ({ mask: masks.get(name), options: own })),
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
