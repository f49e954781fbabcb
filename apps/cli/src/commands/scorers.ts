import { builtInScorers, type Scorer } from "@heed/attention";
import { table } from "../columns.js";
import type { Context } from "../context.js";

/** `heed scorers`: the ways to score how well a query matches a key. */
export function scorersCommand({ output }: Context): number {
  const scorers = builtInScorers as readonly Scorer[];
  for (const { name, aliases = [], shapes, reference } of scorers) {
    output.event({ event: "scorer", name, aliases, shapes, reference });
  }
  const rows = scorers.map(({ name, aliases = [], shapes, reference }) => [
    name,
    aliases.join(", "),
    shapes,
    reference,
  ]);
  const [heading = "", ...lines] = table(
    [["scorer", "aliases", "query, keys -> scores", "reference"], ...rows],
    output.tableWidth,
  );
  output.print(output.paint("bold", heading));
  for (const line of lines) output.print(line);
  output.event({ event: "done", scorers: scorers.length });
  return 0;
}
