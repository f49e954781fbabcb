import type { RecipeModelOptions, TaskDataOptions, TextDataOptions, TrainingOptions } from "./option-types.js";

/** A value of type `A`, without the keys that only `B` has. */
type Only<A, B> = A & { readonly [K in Exclude<keyof B, keyof A>]?: undefined };

/** The sections that every configuration has. */
interface CommonInput {
  /** Seed of everything random: the parameters, the order of the batches, dropout, synthetic data. Default: `0`. */
  readonly seed?: number | undefined;
  /** A synthetic task, or text: files, or without files pairs that are given to `train`. Default: the recipe's. */
  readonly data?: Only<TaskDataOptions, TextDataOptions> | Only<TextDataOptions, TaskDataOptions> | undefined;
  /** The options of training. */
  readonly training?: TrainingOptions | undefined;
}

/** A configuration of one built-in recipe. */
interface RecipeInput<N extends keyof RecipeModelOptions> extends CommonInput {
  /** The name of the recipe. */
  readonly recipe: N;
  /** The options of the model. */
  readonly model?: RecipeModelOptions[N] | undefined;
}

/** A configuration of a built-in recipe: its name, and the values that differ from its defaults. */
export type ConfigInput = { [N in keyof RecipeModelOptions]: RecipeInput<N> }[keyof RecipeModelOptions];

/** A configuration of any recipe, whose model options are checked when it is resolved. */
export interface OpenConfigInput extends CommonInput {
  /** The name of the recipe. */
  readonly recipe: string;
  /** The options of the model. */
  readonly model?: Readonly<Record<string, unknown>> | undefined;
}
