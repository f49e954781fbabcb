import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the repository. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

/** A page in Markdown. */
export interface Page {
  /** The path from the root of the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** Reads every Markdown page of the repository: those of the root, of `docs/`, and the README of each package; not the API reference. */
export async function markdownPages(): Promise<Page[]> {
  const paths = globSync(["*.md", "docs/**/*.md", "{packages,apps,tooling}/**/README.md"], {
    cwd: root,
    exclude: (path) => /(^|[\\/])(node_modules|dist|reference[\\/]api)([\\/]|$)/.test(path),
  }).map((path) => path.replaceAll("\\", "/"));
  return Promise.all(paths.sort().map(async (path) => ({ path, text: await readFile(join(root, path), "utf8") })));
}

/** The line of a position in a text, counted from 1. */
export function lineAt(text: string, position: number): number {
  return text.slice(0, position).split("\n").length;
}
