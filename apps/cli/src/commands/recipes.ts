import type { Extension } from "@heed/core";
import { type AnyRecipe, ConfigError, catalogOf, findRecipe, type OptionInfo, recipeOptions } from "@heed/train";
import { table } from "../columns.js";
import type { Context } from "../context.js";
import type { Output } from "../output.js";
import { type CliPlugins, loadPlugins, type PluginArguments } from "../plugins/load-plugins.js";
import { UsageError } from "../usage-error.js";

/** `heed recipes`: what `heed train` can be given; with a name, every key of that recipe. */
export async function recipesCommand(
  name: string | undefined,
  options: PluginArguments,
  context: Context,
): Promise<number> {
  const loaded = await loadPlugins(options);
  return name === undefined
    ? listRecipes(loaded, context)
    : listKeys(namedRecipe(name, loaded.plugins), loaded, context);
}

/**
 * The recipe that the command line names.
 * @throws UsageError when there is none
 */
export function namedRecipe(name: string, plugins: readonly Extension[]): AnyRecipe {
  try {
    return findRecipe(name, plugins);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new UsageError(error.message, { cause: error });
  }
}

function listRecipes({ plugins, options }: CliPlugins, { io, output }: Context): number {
  const recipes = [...catalogOf(plugins).recipes];
  for (const { name, summary, reference } of recipes) {
    output.event({ event: "recipe", name, summary, ...(reference === undefined ? {} : { reference }) });
  }
  const rows = recipes.map(({ name, summary, reference }) => [name, reference ? `${summary} ${reference}.` : summary]);
  printTable(output, [["recipe", "what it is"], ...rows]);
  output.print(`\nList the keys of a recipe: ${io.invocation} recipes bahdanau${options}`);
  output.event({ event: "done", recipes: recipes.length });
  return 0;
}

const kinds = { task: "for a synthetic task", text: "for text" } as const;

function listKeys(recipe: AnyRecipe, { plugins, options: pluginOptions }: CliPlugins, { io, output }: Context): number {
  const { name, summary } = recipe;
  const options = recipeOptions(recipe, { plugins });
  for (const { key, ...option } of options) {
    output.event({ event: "key", key, ...option, default: option.default ?? null });
  }
  output.print(`${output.paint("bold", name)}: ${summary}\n`);
  printTable(output, [
    ["key", "default", "for text", "meaning"],
    ...options.map((option) => [
      option.key,
      "textDefault" in option || option.default !== undefined ? shown(option.default) : "–",
      "textDefault" in option ? shown(option.textDefault) : "",
      meaningOf(option),
    ]),
  ]);
  output.print(`\nSet a key: ${io.invocation} train ${name} --set training.epochs=3${pluginOptions}`);
  output.event({ event: "done", recipe: name, keys: options.length });
  return 0;
}

function meaningOf({ key, kind, description, choices }: OptionInfo): string {
  const values = choices ? ` One of ${choices.join(", ")}.` : "";
  const scope = kind && key.startsWith("data.") ? ` (${kinds[kind]})` : "";
  return `${description}${values}${scope}`;
}

/** A default as `--set` takes it. */
function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function printTable(output: Output, rows: readonly (readonly string[])[]): void {
  const [heading = "", ...lines] = table(rows, output.tableWidth);
  output.print(output.paint("bold", heading));
  for (const line of lines) output.print(line);
}
