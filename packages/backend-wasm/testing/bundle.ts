import { fileURLToPath } from "node:url";
import { build, type Options } from "tsup";

/** Where a file of this package, or of the one beside it, lies. */
export const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/**
 * Bundles sources of this package with all that they import, so that they run where nothing is installed.
 *
 * @param entry - files by the names that their bundles get
 * @param folder - where the bundles are written
 */
export async function bundle(
  entry: Readonly<Record<string, string>>,
  folder: string,
  options: Pick<Options, "platform" | "splitting">,
): Promise<void> {
  await build({
    config: false,
    entry,
    // Its paths lead from `@heed/x` to the sources.
    tsconfig: path("../tsconfig.json"),
    noExternal: [/^@heed\//],
    format: ["esm"],
    target: "es2023",
    silent: true,
    outDir: folder,
    ...options,
  });
}
