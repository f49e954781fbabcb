import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "tsup";

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/**
 * What a page needs, from the sources: the two packages as a site would serve them, and the checks.
 *
 * @param folder - where the bundler may write
 * @returns the text of each script by its name, such as `checks.js`
 */
export async function bundlePages(folder: string): Promise<ReadonlyMap<string, string>> {
  await build({
    config: false,
    entry: {
      tensor: path("../../tensor/src/index.ts"),
      "backend-gpu": path("../src/index.ts"),
      checks: path("./checks-page.ts"),
    },
    // Its paths lead from `@heed/x` to the sources.
    tsconfig: path("../tsconfig.json"),
    noExternal: [/^@heed\//, /^gpu\.js/],
    format: ["esm"],
    target: "es2023",
    platform: "browser",
    splitting: true,
    silent: true,
    outDir: folder,
  });
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}
