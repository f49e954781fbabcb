import type { Scorer } from "@heed/attention";
import type { Random } from "@heed/core";
import type { z } from "zod";
import type { taskDataSchema, textDataSchema } from "./config/data-schema.js";
import type { trainingSchema } from "./config/training-schema.js";
import type { Seq2SeqModel } from "./models/seq2seq-model.js";

/** What a model must know besides its own options. */
export interface BuildContext {
  /** Sizes of the vocabularies, the special tokens included. */
  readonly sourceSize: number;
  readonly targetSize: number;
  /** Whether source and target share one vocabulary, and so may share one embedding. */
  readonly sharedVocabulary: boolean;
  readonly padId: number;
  /** Draws the first values of the parameters, and later the seeds of dropout. */
  readonly random: Random;
  /** Scorers that may be named; by default those of `@heed/attention`. */
  readonly scorers?: readonly Scorer[];
}

/** A named configuration: a model with its options, and the data and training that suit it. */
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

/** A recipe whose options are checked when it is built. */
export type AnyRecipe = Omit<Recipe<z.ZodType>, "build"> & {
  readonly build: (options: unknown, context: BuildContext) => Seq2SeqModel;
};

/**
 * Defines a recipe; one file in `recipes/` is all that a new one takes.
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
