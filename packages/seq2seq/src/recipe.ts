import type { Scorer } from "@heed/attention";
import type { Random } from "@heed/core";
import type { z } from "zod";
import type { taskDataSchema, textDataSchema } from "./config/data-schema.js";
import type { trainingSchema } from "./config/training-schema.js";
import type { Seq2SeqModel } from "./models/seq2seq-model.js";

/** What a model needs to know of a vocabulary. `Vocabulary` of `@heed/datasets` has all of it. */
export interface VocabularySpec {
  /** Number of tokens, the special ones included. */
  readonly size: number;
  readonly padId: number;
  readonly sosId: number;
  readonly eosId: number;
  /** `undefined` when there is no token for unknown words. */
  readonly unkId?: number | undefined;
}

/** What a model is built from besides its own options. */
export interface BuildContext {
  readonly source: VocabularySpec;
  readonly target: VocabularySpec;
  /** Whether source and target share one vocabulary, so that they can share an embedding. */
  readonly sharedVocabulary: boolean;
  /** Draws the initial values of the parameters, and later the seeds of dropout. */
  readonly random: Random;
  /** The scorers that a configuration may name; default: those of `@heed/attention`. */
  readonly scorers?: readonly Scorer[];
}

/** A named configuration: a model with its options, and data and training options that suit it. */
export interface Recipe<S extends z.ZodType> {
  readonly name: string;
  /** One line for `heed train --help` and the docs. */
  readonly summary: string;
  readonly reference?: string;
  /** The options of the model, with their defaults. */
  readonly model: S;
  readonly data: z.input<typeof taskDataSchema> | z.input<typeof textDataSchema>;
  readonly training: z.input<typeof trainingSchema>;
  readonly build: (options: z.infer<S>, context: BuildContext) => Seq2SeqModel;
}

/** A recipe whose `build` checks its options. */
export type AnyRecipe = Omit<Recipe<z.ZodType>, "build"> & {
  readonly build: (options: unknown, context: BuildContext) => Seq2SeqModel;
};

/**
 * Defines a recipe. A new recipe is one file in `recipes/`.
 *
 * @example
 * export const tiny = defineRecipe({
 *   name: "tiny",
 *   summary: "bahdanau, small enough for a test",
 *   model: bahdanauOptions.extend({ hiddenSize: size.default(8) }),
 *   data: { task: "copy" },
 *   training: { epochs: 1 },
 *   build: buildBahdanau,
 * });
 */
export function defineRecipe<S extends z.ZodType>(recipe: Recipe<S>): AnyRecipe {
  return { ...recipe, build: (options, context) => recipe.build(recipe.model.parse(options), context) };
}
