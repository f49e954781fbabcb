import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "tsup";

/**
 * Bundles a source with all that it imports into one script for pages, as small as it gets.
 *
 * @param source - a path from the folder of this package
 * @param format - "iife" for a script that stands in a page
 * @returns the text of the script
 */
export async function bundle(source: string, format: "esm" | "iife"): Promise<string> {
  const root = fileURLToPath(new URL("../", import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), "heed-bundle-"));
  try {
    await build({
      config: false,
      entry: { bundle: join(root, source) },
      tsconfig: join(root, "tsconfig.json"),
      noExternal: [/./],
      format: [format],
      outExtension: () => ({ js: ".js" }),
      target: "es2023",
      platform: "browser",
      splitting: false,
      minify: true,
      silent: true,
      outDir: folder,
    });
    return readFileSync(join(folder, "bundle.js"), "utf8");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
