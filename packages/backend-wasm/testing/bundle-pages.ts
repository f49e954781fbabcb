import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bundle, path } from "./bundle.js";

/**
 * What a page needs, from the sources: the two packages as a site would serve them, and the checks.
 *
 * @param folder - where the bundler may write
 * @returns the text of each script by its name, such as `checks.js`
 */
export async function bundlePages(folder: string): Promise<ReadonlyMap<string, string>> {
  const entry = {
    tensor: path("../../tensor/src/index.ts"),
    "backend-wasm": path("../src/index.ts"),
    checks: path("./checks-page.ts"),
  };
  await bundle(entry, folder, { platform: "browser", splitting: true });
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}
