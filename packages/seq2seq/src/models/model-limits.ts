import * as z from "zod/mini";

/** Largest sizes that the options of a model may have. A configuration may come from anybody. */
export const modelLimits = {
  /** A width, or a number of heads, positions or keys. */
  size: 65_536,
  /** Layers of an encoder or decoder. */
  layers: 1000,
} as const;

/** The schema of a width, or of a number of heads, positions or keys. */
export const size = z.int().check(z.positive(), z.maximum(modelLimits.size));

/** The schema of a number of layers. */
export const layerCount = z.int().check(z.positive(), z.maximum(modelLimits.layers));

/** The schema of a probability of dropping a value. */
export const probability = z.number().check(z.minimum(0), z.lt(1));

/** The schema of a probability whose default is the value of another option. */
export function probabilityOr(other: string, description: string): z.ZodMiniOptional<typeof probability> {
  return z.optional(probability).check(z.describe(`${description} Default: \`${other}\`.`));
}
