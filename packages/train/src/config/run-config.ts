import { type Extension, UnknownNameError } from "@heed/core";
import { extensionName } from "@heed/seq2seq";
import * as z from "zod";
import { tokenizerIssues } from "../data/choose-tokenizers.js";
import { catalogOf } from "../plugins/catalog.js";
import type { PluginOptions } from "../plugins/plugin-source.js";
import type { AnyRecipe } from "../recipe.js";
import { builtInRecipes } from "../recipes/index.js";
import { ConfigError, type ConfigIssue } from "./config-error.js";
import type { ConfigInput, OpenConfigInput } from "./config-input.js";
import { nameIssues, namesIn } from "./config-names.js";
import { type DataConfig, taskDataSchema, textDataSchema, textKeys } from "./data-schema.js";
import { readSection } from "./parse-section.js";
import { schemaKeys } from "./schema-keys.js";
import { textDefaults, textModelDefaults } from "./text-defaults.js";
import { type TrainingConfig, trainingSchema } from "./training-schema.js";

/** Everything that decides what a run does: with the same machine and the same configuration, the same bits. */
export interface RunConfig {
  /** The name of the recipe. */
  readonly recipe: string;
  /** Seed of everything random. */
  readonly seed: number;
  /** The recipe's own options. */
  readonly model: Readonly<Record<string, unknown>>;
  readonly data: DataConfig;
  readonly training: TrainingConfig;
}

/** What a configuration may name, and what its data is. */
export interface ResolveOptions extends PluginOptions {
  /**
   * Whether the data is text that is given to `train` as pairs, so that the defaults are those for text. Default: the keys of
   * `data` decide; without any, it is the data of the recipe.
   */
  readonly text?: boolean | undefined;
}

type Values = Readonly<Record<string, unknown>>;

const record = z.record(z.string(), z.unknown());

/** The keys of a configuration. */
export const outlineSchema = z.strictObject({
  $schema: z.string().optional().describe("The JSON schema of this file, for editors."),
  recipe: extensionName(builtInRecipes).meta({ extension: "recipe", description: "Name of the recipe." }),
  seed: z
    .int()
    .min(0)
    .default(0)
    .describe("Seed of everything random: the parameters, the order of the batches, dropout, synthetic data."),
  model: record.default({}).describe("Options of the model."),
  data: record
    .default({})
    .describe("A synthetic task, or text: files, or without files pairs that are given to `train`."),
  training: record.default({}).describe("Options of training."),
});

/**
 * Returns the recipe with a name.
 *
 * @param plugins - extensions from outside
 * @throws ConfigError when there is none; the message lists all names
 */
export function findRecipe(name: string, plugins: readonly Extension[] = []): AnyRecipe {
  try {
    return catalogOf(plugins).recipes.get(name);
  } catch (error) {
    if (!(error instanceof UnknownNameError)) throw error;
    throw new ConfigError([{ path: "recipe", message: error.message }], { cause: error });
  }
}

/**
 * Fills in the defaults of a recipe, or those for text, and checks every value. The keys are checked by the compiler, too.
 *
 * @param input - `recipe`, and the values that differ from its defaults
 * @throws ConfigError naming every unknown key and every wrong value, in all sections
 * @example
 * const config = resolveConfig({ recipe: "bahdanau", data: { tsv: "ko-en.tsv" }, training: { epochs: 10 } });
 */
export function resolveConfig(input: ConfigInput, options?: Omit<ResolveOptions, "plugins">): RunConfig;
/** Resolves a configuration that names extensions from outside; their options are checked at run time only. */
export function resolveConfig<N extends string>(
  input: OpenConfigInput<N>,
  options: ResolveOptions & { readonly plugins: readonly Extension[] },
): RunConfig;
export function resolveConfig(input: object, options: ResolveOptions = {}): RunConfig {
  return checkConfig(input, options);
}

/**
 * Does what {@link resolveConfig} does with a value of any type, such as parsed YAML or JSON.
 *
 * @throws ConfigError naming every unknown key and name ("did you mean") and every wrong value, in all sections
 * @throws HeedError when a plug-in is not an extension, or has the name of another extension
 * @example
 * const config = checkConfig(JSON.parse(text));
 */
export function checkConfig(input: unknown, { plugins, text }: ResolveOptions = {}): RunConfig {
  const catalog = catalogOf(plugins);
  const issues: ConfigIssue[] = [];
  const read = <S extends z.ZodType>(
    section: string,
    schema: S,
    value: unknown,
    suggestions?: readonly string[],
  ): z.output<S> | undefined => {
    const result = readSection(section, schema, value, suggestions && { suggestions });
    issues.push(...(result.issues ?? []), ...nameIssues(namesIn(section, schema, result.value ?? value), catalog));
    return result.value;
  };
  const outline = read("", outlineSchema, input);
  if (!isRecord(input)) throw new ConfigError(issues);
  const named = typeof input.recipe === "string" && catalog.recipes.has(input.recipe);
  const recipe = named ? catalog.recipes.get(input.recipe as string) : undefined;
  const given = {
    model: definedValues(input.model),
    data: definedValues(input.data),
    training: definedValues(input.training),
  };

  const isTask = !(text ?? false) && namesTask(given.data, recipe);
  const usual: Values = recipe?.data ?? { task: "copy" };
  const values: Values = { ...(isTask === "task" in usual ? usual : {}), ...given.data };
  const [schema, other] = isTask ? [taskDataSchema, textDataSchema] : [textDataSchema, taskDataSchema];
  const data: DataConfig | undefined = read("data", schema as z.ZodType<DataConfig>, values, schemaKeys(other));
  if (data && !("task" in data)) issues.push(...tokenizerIssues(data, catalog.tokenizers));

  const sharedVocabulary = isTask || values.sharedVocabulary === true;
  const model = recipe && {
    ...(isTask ? {} : textModelDefaults(recipe, { given: given.model, sharedVocabulary, scorers: catalog.scorers })),
    ...given.model,
  };
  const modelOptions = recipe && (read("model", recipe.model, model) as RunConfig["model"] | undefined);
  if (modelOptions?.shareEmbedding === true && !sharedVocabulary) {
    const message =
      "model.shareEmbedding needs one vocabulary for source and target: set data.sharedVocabulary to true, or model.shareEmbedding to false.";
    issues.push({ path: "model.shareEmbedding", message });
  }
  const training = read("training", trainingSchema, {
    ...recipe?.training,
    ...(isTask ? {} : textDefaults.training),
    ...given.training,
  });
  if (!outline || !recipe || !modelOptions || !data || !training || issues.length > 0) throw new ConfigError(issues);
  return { recipe: recipe.name, seed: outline.seed, model: modelOptions, data, training };
}

/** Tells whether data is that of a synthetic task; keys that both kinds have do not decide. */
function namesTask(asked: Values, recipe: AnyRecipe | undefined): boolean {
  if ("task" in asked) return true;
  if (isRecord(asked.validation)) return false; // files
  if (Object.keys(asked).some((key) => textKeys.has(key))) return false;
  return !recipe || "task" in recipe.data;
}

function isRecord(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The values of a section that are given; none of a section that is not an object, which is an issue of the outline. */
function definedValues(section: unknown): Values {
  return isRecord(section)
    ? Object.fromEntries(Object.entries(section).filter(([, value]) => value !== undefined))
    : {};
}
