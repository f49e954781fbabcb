import { catalogOf } from "@heed/train";
import { table } from "../columns.js";
import type { Context } from "../context.js";
import { count } from "../format.js";
import type { Output } from "../output.js";
import { loadPlugins, type PluginArguments } from "../plugins/load-plugins.js";
import { needsOf, scorerFacts } from "../scorer-facts.js";

/** `heed scorers`: what attention can be made of: scorers, normalisers and masks. */
export async function scorersCommand(options: PluginArguments, { output }: Context): Promise<number> {
  const catalog = catalogOf((await loadPlugins(options)).plugins);
  const scorers = Array.from(catalog.scorers, scorerFacts);
  const normalizers = [...catalog.normalizers];
  const masks = [...catalog.masks];
  for (const facts of scorers) output.event({ event: "scorer", ...facts });
  for (const { name, formula, reference, sumsToOne = true } of normalizers) {
    output.event({ event: "normalizer", name, formula, reference, sumsToOne });
  }
  for (const { name, summary, options = {} } of masks) output.event({ event: "mask", name, summary, options });

  printTable(output, [
    ["scorer", "parameters", "looks at", "formula, and reference"],
    ...scorers.map((facts) => {
      const { name, aliases, parameters, formula, reference } = facts;
      const also = aliases.length > 0 ? ` Also called ${aliases.join(", ")}.` : "";
      return [name, count(parameters), needsOf(facts), `${formula} — ${reference}.${also}`];
    }),
  ]);
  output.print("\nparameters: at a width of 128, with 4 heads where there are some. s is a query, h a key.\n");
  printTable(output, [
    ["normalizer", "formula, and reference"],
    ...normalizers.map(({ name, formula, reference }) => [name, `${formula} — ${reference}.`]),
  ]);
  output.print();
  printTable(output, [
    ["mask", "a query may attend"],
    ...masks.map(({ name, summary, options = {} }) => {
      const defaults = Object.entries(options).map(([key, value]) => `${key} ${value}`);
      return [name, defaults.length > 0 ? `${summary} (by default ${defaults.join(", ")})` : summary];
    }),
  ]);
  const example = "--scorer general --set model.normalizer=sparsemax --set 'model.masks={window: {radius: 3}}'";
  output.print(`\nUse them: heed train bahdanau ${example}`);
  output.event({
    event: "done",
    scorers: scorers.length,
    normalizers: normalizers.length,
    masks: masks.length,
  });
  return 0;
}

function printTable(output: Output, rows: readonly (readonly string[])[]): void {
  const [heading = "", ...lines] = table(rows, output.tableWidth);
  output.print(output.paint("bold", heading));
  for (const line of lines) output.print(line);
}
