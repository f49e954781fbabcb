import {
  builtInMasks,
  builtInNormalizers,
  builtInScorers,
  type Mask,
  type Normalizer,
  type Scorer,
} from "@heed/attention";
import { type Extension, extensionKind, extensionKinds, HeedError, quoted, Registry } from "@heed/core";
import { builtInTasks, type TaskExtension } from "@heed/datasets";
import { builtInOptimizers, builtInSchedules, type OptimizerExtension, type ScheduleExtension } from "@heed/nn";
import { builtInTokenizers, type TokenizerExtension } from "@heed/tokenizers";
import { taskDataSchema } from "../config/data-schema.js";
import type { AnyRecipe } from "../recipe.js";
import { builtInRecipes } from "../recipes/index.js";

/** The kinds of extension that a configuration can name. */
export const configKinds = [
  ...(["scorer", "normalizer", "mask", "tokenizer", "recipe", "task", "optimizer", "schedule"] as const),
] as const;

/** A kind of extension that a configuration can name. */
export type ConfigKind = (typeof configKinds)[number];

/** The extensions of each kind. */
interface Extensions {
  readonly scorer: Scorer;
  readonly normalizer: Normalizer;
  readonly mask: Mask;
  readonly tokenizer: TokenizerExtension;
  readonly recipe: AnyRecipe;
  readonly task: TaskExtension;
  readonly optimizer: OptimizerExtension;
  readonly schedule: ScheduleExtension;
}

/**
 * One registry for each kind of extension that a configuration can name: `scorers`, `recipes`, … Metrics and backends are
 * left out, so that a page loads only those that it uses: see `metricsOf` of `@heed/metrics`.
 */
export type Catalog = { readonly [K in ConfigKind as `${K}s`]: Registry<Extensions[K]> };

const builtIn: { readonly [K in ConfigKind]: readonly Extensions[K][] } = {
  scorer: builtInScorers,
  normalizer: builtInNormalizers,
  mask: builtInMasks,
  tokenizer: builtInTokenizers,
  recipe: builtInRecipes,
  task: builtInTasks,
  optimizer: builtInOptimizers,
  schedule: builtInSchedules,
};

/**
 * Returns the registries of the built-in extensions and of those from outside.
 *
 * @param plugins - results of `define…` functions
 * @throws HeedError when one of them is something else, or when two extensions of a kind have the same name or alias
 * @example
 * catalogOf([mine]).scorers.get("mine"); // mine
 * catalogOf().recipes.names; // the names of the built-in recipes
 */
export function catalogOf(plugins: readonly Extension[] = []): Catalog {
  assertExtensions(plugins);
  const registries = Object.entries(builtIn).map(([kind, items]) => {
    const own = plugins.filter((plugin) => extensionKind(plugin) === kind);
    return [`${kind}s`, new Registry(kind, [...items, ...own])] as const;
  });
  return Object.fromEntries(registries) as unknown as Catalog;
}

/** Returns the registry of a kind. */
export function registryOf(catalog: Catalog, kind: ConfigKind): Registry<Extension> {
  return catalog[`${kind}s`];
}

function assertExtensions(plugins: readonly unknown[]): void {
  if (!Array.isArray(plugins)) {
    throw new HeedError(`plugins must be a list of extensions, got ${described(plugins)}. Write plugins: [mine].`);
  }
  for (const [i, plugin] of plugins.entries()) {
    if (extensionKind(plugin) !== null) {
      assertFreeKeys(plugin as Extension);
      continue;
    }
    const makers = extensionKinds.map((kind) => `define${kind[0]!.toUpperCase()}${kind.slice(1)}`).join(", ");
    throw new HeedError(
      `plugins[${i}] must be an extension, got ${described(plugin)}. Pass the result of one of these functions: ${makers}.`,
    );
  }
}

/** The keys of a configuration that stand beside the options of an extension, by kind. */
const keysBeside: { readonly [kind: string]: readonly string[] | undefined } = {
  task: Object.keys(taskDataSchema.shape),
  tokenizer: ["name"],
};

/** @throws HeedError when an option has the name of a key beside it */
function assertFreeKeys(plugin: Extension): void {
  const kind = extensionKind(plugin)!;
  const { options = {} } = plugin as { readonly options?: object };
  const taken = keysBeside[kind]?.find((key) => Object.hasOwn(options, key));
  if (taken === undefined) return;
  throw new HeedError(
    `The ${kind} ${quoted([plugin.name])} has the option ${quoted([taken])}, but every ${kind} has a key with this name in configurations. Rename the option.`,
  );
}

/** Describes a value that is not an extension. */
function described(value: unknown): string {
  if (typeof value === "function") return `the function ${value.name || "without a name"}`;
  if (typeof value !== "object" || value === null)
    return typeof value === "string" ? JSON.stringify(value) : String(value);
  const { name } = value as { readonly name?: unknown };
  return typeof name === "string" ? `an object with the name ${JSON.stringify(name)}` : "another object";
}
