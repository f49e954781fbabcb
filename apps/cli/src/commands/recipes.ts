import { type AnyRecipe, builtInRecipes, ConfigError, findRecipe, type OptionInfo, recipeOptions } from "@heed/train";
import { table } from "../columns.js";
import type { Context } from "../context.js";
import type { Output } from "../output.js";
import { UsageError } from "../usage-error.js";

/** `heed recipes`: what `heed train` can be given; with a name, every key of that recipe. */
export function recipesCommand(name: string | undefined, context: Context): number {
  return name === undefined ? listRecipes(context) : listKeys(namedRecipe(name), context);
}

/**
 * The built-in recipe that the command line names.
 * @throws UsageError when there is none
 */
export function namedRecipe(name: string): AnyRecipe {
  try {
    return findRecipe(name);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new UsageError(error.message, { cause: error });
  }
}

function listRecipes({ io, output }: Context): number {
  const recipes: readonly AnyRecipe[] = builtInRecipes;
  for (const { name, summary, reference } of recipes) {
    output.event({ event: "recipe", name, summary, ...(reference === undefined ? {} : { reference }) });
  }
  const rows = recipes.map(({ name, summary, reference }) => [name, reference ? `${summary} ${reference}.` : summary]);
  printTable(output, [["recipe", "what it is"], ...rows]);
  output.print(`\nList the keys of a recipe: ${io.invocation} recipes bahdanau`);
  output.event({ event: "done", recipes: recipes.length });
  return 0;
}

const kinds = { task: "for a synthetic task", text: "for text" } as const;

function listKeys(recipe: AnyRecipe, { io, output }: Context): number {
  const { name, summary } = recipe;
  const options = recipeOptions(recipe);
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
  output.print(`\nSet a key: ${io.invocation} train ${name} --set training.epochs=3`);
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
