import { defineExtension, type Extension, HeedError, type Named, quoted } from "@heed/core";
import type { BuildContext, Seq2SeqModel } from "@heed/seq2seq";
import type * as z from "zod/mini";
import type { taskDataSchema, textDataSchema } from "./config/data-schema.js";
import { parseSection } from "./config/parse-section.js";
import type { trainingSchema } from "./config/training-schema.js";

/** A named configuration: a model with its options, and data and training options that suit it. */
export interface Recipe<S extends z.core.$ZodType> extends Named {
  /** One line for `heed train --help` and the docs. */
  readonly summary: string;
  readonly reference?: string;
  /** The options of the model, with their defaults. */
  readonly model: S;
  readonly data: z.input<typeof taskDataSchema> | z.input<typeof textDataSchema>;
  readonly training: z.input<typeof trainingSchema>;
  /** Whether the model copies source tokens (`usesCopy`): its data then has words outside of the vocabulary; default false. */
  readonly copies?: boolean;
  readonly build: (options: z.infer<S>, context: BuildContext) => Seq2SeqModel;
}

/** A recipe that can be found by name. Its `build` checks its options. */
export type AnyRecipe = Recipe<z.core.$ZodType> & Extension<"recipe">;

/**
 * Defines a recipe. A new recipe is one file in `recipes/`.
 *
 * @returns its `build` checks the options, and throws a HeedError when the result is not a model
 * @throws HeedError when a field is missing or wrong
 * @example
 * export const tiny = defineRecipe({
 *   name: "tiny",
 *   summary: "bahdanau, small enough for a test",
 *   model: withDefaults(beforeStepOptions, { hiddenSize: 8 }),
 *   data: { task: "copy" },
 *   training: { epochs: 1 },
 *   build: (options, context) => new BeforeStepModel(options, context),
 * });
 */
export function defineRecipe<S extends z.core.$ZodType>(recipe: Recipe<S>): AnyRecipe {
  const checked = defineExtension("recipe", recipe as unknown as Recipe<z.core.$ZodType>, {
    summary: "text",
    reference: "text?",
    model: "object",
    data: "object",
    training: "object",
    copies: "boolean?",
    build: "function",
  });
  const owner = `the recipe ${quoted([checked.name])}`;
  if (!("_zod" in checked.model)) {
    throw new HeedError(
      `defineRecipe: model of ${owner} must be an object schema of zod 4, got another object. Extend the options of a model, such as withDefaults(beforeStepOptions, { … }), or use z.strictObject({ … }).`,
    );
  }
  return Object.freeze({
    ...checked,
    build(options: unknown, context: BuildContext): Seq2SeqModel {
      const model = checked.build(parseSection("model", recipe.model, options), context);
      const missing = methods.find((method) => typeof model?.[method] !== "function");
      if (missing === undefined) {
        const copies = checked.copies ?? false;
        if (model.usesCopy === copies) return model;
        throw new HeedError(
          `copies of ${owner} must be what usesCopy of its model is, got ${copies} and ${model.usesCopy}. Set copies of the recipe to ${model.usesCopy}.`,
        );
      }
      throw new HeedError(
        `build of ${owner} must return a Seq2SeqModel, but its ${missing} is missing. Return an instance of a class that extends Seq2SeqModel, such as new BeforeStepModel(options, context).`,
      );
    },
  });
}

const methods = ["parameters", "encode", "decode", "step", "loss"] as const;
