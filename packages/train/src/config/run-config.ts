import { type Extension, quoted, UnknownNameError } from "@heed/core";
import { extensionName, option } from "@heed/seq2seq";
import * as z from "zod/mini";
import { tokenizerIssues } from "../data/choose-tokenizers.js";
import { type Catalog, catalogOf } from "../plugins/catalog.js";
import type { PluginOptions } from "../plugins/plugin-source.js";
import type { AnyRecipe } from "../recipe.js";
import { builtInRecipes } from "../recipes/index.js";
import { ConfigError } from "./config-error.js";
import type { ConfigInput, OpenConfigInput } from "./config-input.js";
import { type CheckedSection, checkSection } from "./config-names.js";
import { type DataConfig, type TextData, taskDataSchema, textDataSchema, tokenizerSchema } from "./data-schema.js";
import { readTask } from "./read-task.js";
import { readTraining } from "./read-training.js";
import { schemaKeys } from "./schema-keys.js";
import { textModelDefaults } from "./text-defaults.js";
import type { TrainingConfig } from "./training-schema.js";

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
  $schema: z.optional(z.string()).check(z.describe("The JSON schema of this file, for editors.")),
  recipe: extensionName(builtInRecipes).check(z.meta({ extension: "recipe", description: "Name of the recipe." })),
  seed: option(
    z.int().check(z.minimum(0)),
    0,
    "Seed of everything random: the parameters, the order of the batches, dropout, synthetic data.",
  ),
  model: option(record, {}, "Options of the model."),
  data: option(record, {}, "A synthetic task, or text: files, or without files pairs that are given to `train`."),
  training: option(record, {}, "Options of training."),
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
export function checkConfig(input: unknown, { plugins, text = false }: ResolveOptions = {}): RunConfig {
  const catalog = catalogOf(plugins);
  const outline = checkSection("", outlineSchema, input, { catalog });
  if (!isRecord(input)) throw new ConfigError(outline.issues);
  const { recipes } = catalog;
  const recipe = typeof input.recipe === "string" && recipes.has(input.recipe) ? recipes.get(input.recipe) : undefined;
  const given = {
    model: definedValues(input.model),
    data: definedValues(input.data),
    training: definedValues(input.training),
  };
  const isTask = !text && namesTask(given.data, recipe, catalog);
  const data = isTask ? readTask(given.data, recipe, catalog) : readText(given.data, recipe, catalog);
  const model = recipe && readModel(given.model, recipe, { ...data, isTask, catalog });
  const training = readTraining(given.training, recipe, { isTask, catalog });
  const issues = [outline, data, model, training].flatMap((section) => section?.issues ?? []);
  if (!outline.value || !recipe || !data.value || !model?.value || !training.value || issues.length > 0) {
    throw new ConfigError(issues);
  }
  const { seed } = outline.value;
  return { recipe: recipe.name, seed, model: model.value, data: data.value, training: training.value };
}

/** Tells whether data is that of a synthetic task; keys that both kinds have do not decide. */
function namesTask(asked: Values, recipe: AnyRecipe | undefined, { tasks }: Catalog): boolean {
  if ("task" in asked) return true;
  if (isRecord(asked.validation) || isRecord(asked.test)) return false; // files
  const { task: usual }: Values = recipe?.data ?? { task: "copy" };
  const options = typeof usual === "string" && tasks.has(usual) ? tasks.get(usual).options : {};
  const both = new Set([...schemaKeys(taskDataSchema), ...Object.keys(options)]);
  if (schemaKeys(textDataSchema).some((key) => key in asked && !both.has(key))) return false;
  return usual !== undefined;
}

/** Reads the data section of text. Keys that are not given have the values of the recipe. */
function readText(
  given: Values,
  recipe: AnyRecipe | undefined,
  catalog: Catalog,
): CheckedSection<TextData> & { readonly sharedVocabulary: boolean } {
  const values: Values = { ...(recipe && !("task" in recipe.data) ? recipe.data : {}), ...given };
  const ofTasks = [...catalog.tasks].flatMap(({ options }) => Object.keys(options));
  const suggestions = [...schemaKeys(taskDataSchema), ...ofTasks];
  const textOnly = schemaKeys(textDataSchema).filter((key) => key in given && !suggestions.includes(key));
  const whySuggested = `It belongs to a synthetic task, ${textOnly.length > 0 ? `but ${quoted(textOnly)} to text. Leave out one of them` : "but the data is text. Leave it out"}.`;
  const { value, issues } = checkSection("data", textDataSchema, values, { catalog, suggestions, whySuggested });
  const { data: choice } = z.safeParse(tokenizerSchema, values);
  const ofTokenizers = choice ? tokenizerIssues(choice, catalog.tokenizers) : [];
  // An unknown name is among both.
  const more = ofTokenizers.filter(({ path }) => !issues.some((issue) => issue.path === path));
  return { value, issues: [...issues, ...more], sharedVocabulary: values.sharedVocabulary === true };
}

/** What the options of a model depend on. */
interface ModelSetting {
  readonly isTask: boolean;
  /** Whether source and target have one vocabulary. */
  readonly sharedVocabulary: boolean;
  readonly catalog: Catalog;
}

function readModel(
  given: Values,
  recipe: AnyRecipe,
  { isTask, sharedVocabulary, catalog }: ModelSetting,
): CheckedSection<RunConfig["model"]> {
  const { scorers } = catalog;
  const ofText = isTask ? {} : textModelDefaults(recipe, { given, sharedVocabulary, scorers });
  const { value, issues } = checkSection("model", recipe.model, { ...ofText, ...given }, { catalog });
  const model = value as RunConfig["model"] | undefined;
  if (model?.shareEmbedding !== true || sharedVocabulary) return { value: model, issues };
  const path = "model.shareEmbedding";
  const advice = isTask ? "set" : "set data.sharedVocabulary to true, or";
  const message = `${path} needs one vocabulary for source and target: ${advice} ${path} to false.`;
  return { value: model, issues: [...issues, { path, message }] };
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
