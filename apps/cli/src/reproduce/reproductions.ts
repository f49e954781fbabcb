import { UsageError } from "../usage-error.js";
import type { Reproduction } from "./reproduction.js";
import { copy } from "./rows/copy.js";
import { multi30kDeEnGru, multi30kEnDeGru } from "./rows/multi30k-gru.js";
import { multi30kDeEnTransformer, multi30kEnDeTransformer } from "./rows/multi30k-transformer.js";
import { reverse } from "./rows/reverse.js";
import { tatoeba } from "./rows/tatoeba.js";

/** Every row of the table of results, in its order. */
export const reproductions: readonly Reproduction[] = [
  multi30kEnDeTransformer,
  multi30kDeEnTransformer,
  multi30kDeEnGru,
  multi30kEnDeGru,
  reverse,
  copy,
  ...tatoeba,
];

/**
 * Returns the rows with a name, or whose names begin with it: `tatoeba` stands for `tatoeba-word-gru` and the others.
 * @throws UsageError listing the names when there is none
 */
export function findReproductions(name: string): readonly Reproduction[] {
  const found = reproductions.filter((row) => row.name === name || row.name.startsWith(`${name}-`));
  if (found.length > 0) return found;
  const names = reproductions.map((row) => row.name).join(", ");
  throw new UsageError(`There is no result ${JSON.stringify(name)} to reproduce. Known: ${names}.`);
}
