import { existsSync } from "node:fs";
import { join } from "node:path";

/** `runs/copy`, or where that exists, `runs/copy-2`, `runs/copy-3`, … */
export function freeRunFolder(recipe: string, parent = "runs"): string {
  for (let number = 1; ; number++) {
    const folder = numbered(recipe, parent, number);
    if (!existsSync(folder)) return folder;
  }
}

/** The last of `runs/copy`, `runs/copy-2`, … that exists. */
export function lastRunFolder(recipe: string, parent = "runs"): string | undefined {
  let last: string | undefined;
  for (let number = 1; existsSync(numbered(recipe, parent, number)); number++) last = numbered(recipe, parent, number);
  return last;
}

function numbered(recipe: string, parent: string, number: number): string {
  return join(parent, number === 1 ? recipe : `${recipe}-${number}`);
}
