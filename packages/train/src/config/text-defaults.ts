import type { Scorer } from "@heed/attention";
import type { Registry } from "@heed/core";
import { parseLegend } from "@heed/tensor";
import * as z from "zod/mini";
import type { AnyRecipe } from "../recipe.js";
import { schemaKeys } from "./schema-keys.js";

/**
 * Defaults for text. They take the place of those of the recipe, which suit the short sequences of a synthetic task; values
 * that a configuration gives always win. A real corpus is small for the number of parameters: without dropout and label
 * smoothing a model overfits after a few epochs. `patience` decides when training stops, and `epochs` is only its limit.
 *
 * A model uses those of the keys that it has, with two exceptions: `bidirectional` stays as it is where it cannot be
 * true, and `shareEmbedding` becomes false when source and target have two vocabularies.
 */
export const textDefaults = {
  model: { bidirectional: true, dropout: 0.2 },
  training: { epochs: 40, clipNorm: 1, labelSmoothing: 0.1, patience: 5 },
} as const;

/** What {@link textModelDefaults} depends on. */
export interface TextSetting {
  /** The model options that the configuration gives. */
  readonly given: Readonly<Record<string, unknown>>;
  /** Whether source and target have one vocabulary. */
  readonly sharedVocabulary: boolean;
  /** The scorers that may be named. */
  readonly scorers: Registry<Scorer>;
}

/**
 * Returns the defaults for text that the model of a recipe has. Two of them depend on other options:
 *
 * - `bidirectional` stays as it is where it cannot be true: with a self-attention encoder, and with a scorer that compares
 *   states of one size, such as `dot`.
 * - `shareEmbedding` becomes false when source and target have two vocabularies.
 */
export function textModelDefaults(
  { model }: AnyRecipe,
  { given, sharedVocabulary, scorers }: TextSetting,
): Readonly<Record<string, unknown>> {
  const keys = schemaKeys(model);
  const { scorer, encoder }: Record<string, unknown> = { ...(z.safeParse(model, {}).data as object), ...given };
  const oneDirection = encoder === "self-attention" || comparesStates(scorer, scorers);
  const defaults: Record<string, unknown> = {
    ...textDefaults.model,
    ...(sharedVocabulary ? {} : { shareEmbedding: false }),
  };
  return Object.fromEntries(
    Object.entries(defaults).filter(([key]) => keys.includes(key) && !(key === "bidirectional" && oneDirection)),
  );
}

/** Tells whether a scorer needs queries and keys of one size. */
function comparesStates(name: unknown, scorers: Registry<Scorer>): boolean {
  if (typeof name !== "string" || !scorers.has(name)) return false;
  const [query, key] = parseLegend(scorers.get(name).shapes).inputs.map(({ axes }) => axes.at(-1)?.name);
  return query !== undefined && query === key;
}
