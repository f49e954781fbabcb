import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { serve } from "@heed/tooling/serve";
import { build } from "esbuild";

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/**
 * Bundles modules of this folder from the sources, as a site does, and serves them with a page on this machine alone.
 *
 * @param entries - names of modules, such as `gpu-page`; the page loads the first one
 */
export async function servePage(...entries: readonly string[]): Promise<{ address: string; close: () => void }> {
  const { outputFiles } = await build({
    entryPoints: entries.map((name) => path(`./${name}.ts`)),
    // Its paths lead from `@heed/x` to the sources.
    tsconfig: path("../tsconfig.json"),
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2023",
    platform: "browser",
    outdir: "/",
    write: false,
    logLevel: "error",
  });
  const scripts = new Map(outputFiles.map((file) => [basename(file.path), file.text]));
  return serve((path) => ({
    script: scripts.get(path),
    page: `<script type="module" src="${entries[0]}.js"></script>`,
  }));
}
