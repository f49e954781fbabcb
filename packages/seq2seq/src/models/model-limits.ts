import * as z from "zod";

/** Largest sizes that the options of a model may have. A configuration may come from anybody. */
export const modelLimits = {
  /** A width, or a number of heads, positions or keys. */
  size: 65_536,
  /** Layers of an encoder or decoder. */
  layers: 1000,
} as const;

/** The schema of a width, or of a number of heads, positions or keys. */
export const size = z.int().positive().max(modelLimits.size);

/** The schema of a number of layers. */
export const layerCount = z.int().positive().max(modelLimits.layers);
