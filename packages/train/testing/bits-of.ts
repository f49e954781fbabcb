import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import type { RunBits, RunRequest } from "./run-bits.js";

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** Asks another Node process for the bits of runs; each run is computed by a newly loaded copy of heed. */
export type BitsOf = (
  requests: readonly RunRequest[],
  process?: { readonly node?: string; readonly flags?: readonly string[] },
) => Promise<readonly RunBits[]>;

/**
 * Bundles the process that answers, from the sources, as for a page.
 * @param folder - where the bundles are written
 */
export async function prepareBits(folder: string): Promise<BitsOf> {
  await build({
    entryPoints: ["run-bits", "bits-process"].map((name) => path(`./${name}.ts`)),
    // Its paths lead from `@heed/x` to the sources.
    tsconfig: path("../tsconfig.json"),
    ...{ bundle: true, format: "esm", target: "es2023", platform: "browser", outdir: folder, logLevel: "error" },
    outExtension: { ".js": ".mjs" },
  });
  return async (requests, { node = process.execPath, flags = [] } = {}) => {
    const args = [...flags, join(folder, "bits-process.mjs"), JSON.stringify(requests)];
    const { stdout } = await promisify(execFile)(node, args);
    return JSON.parse(stdout) as RunBits[];
  };
}
