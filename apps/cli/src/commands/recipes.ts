import { type AnyRecipe, builtInRecipes } from "@heed/train";
import { table } from "../columns.js";
import type { Context } from "../context.js";

/** `heed recipes`: what `heed train` can be given. */
export function recipesCommand({ output }: Context): number {
  const recipes: readonly AnyRecipe[] = builtInRecipes;
  for (const { name, summary, reference } of recipes) {
    output.event({ event: "recipe", name, summary, ...(reference === undefined ? {} : { reference }) });
  }
  const rows = recipes.map(({ name, summary, reference }) => [name, reference ? `${summary} ${reference}.` : summary]);
  const [heading = "", ...lines] = table([["recipe", "what it is"], ...rows], output.tableWidth);
  output.print(output.paint("bold", heading));
  for (const line of lines) output.print(line);
  output.event({ event: "done", recipes: recipes.length });
  return 0;
}
