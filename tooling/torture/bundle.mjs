/** Bundles programs of the torture run from the sources. Plain JavaScript: `npm run torture` starts with it. */
import { join } from "node:path";
import { build } from "esbuild";

/**
 * Bundles programs for Node with the packages of heed that they import.
 *
 * @param {string} root - of the workspace
 * @param {Record<string, string>} entries - source files, from the root, by the name of their bundle
 * @param {string} folder - where `<name>.mjs` is written
 * @returns {Promise<void>}
 */
export async function bundlePrograms(root, entries, folder) {
  await build({
    entryPoints: Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, join(root, path)])),
    tsconfig: join(root, "tooling/tsconfig.json"),
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    banner: {
      js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);',
    },
    external: ["esbuild"],
    format: "esm",
    platform: "node",
    target: "es2023",
    bundle: true,
    splitting: true,
    sourcemap: true,
    logLevel: "error",
  });
}
