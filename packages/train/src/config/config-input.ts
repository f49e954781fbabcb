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

type Values = Readonly<Record<string, unknown>>;

interface OpenTrainingOptions extends Omit<TrainingOptions, "optimizerOptions" | "scheduleOptions"> {
  readonly optimizerOptions?: Values | undefined;
  readonly scheduleOptions?: Values | undefined;
}

/**
 * A configuration that may name extensions from outside. Their options are checked when it is resolved; the model options of
 * a built-in recipe are checked by the compiler, too.
 */
export interface OpenConfigInput<N extends string = string> extends Pick<CommonInput, "seed"> {
  /** The name of the recipe. */
  readonly recipe: N;
  /** The options of the model. */
  readonly model?: (N extends keyof RecipeModelOptions ? RecipeModelOptions[N] : Values) | undefined;
  /** As in {@link ConfigInput}, or with the options of tasks and tokenizers from outside. */
  readonly data?: ((TaskDataOptions | TextDataOptions) & Values) | undefined;
  /** As in {@link ConfigInput}, or with the options of optimizers and schedules from outside. */
  readonly training?: OpenTrainingOptions | undefined;
}
