import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Options } from "tsup";

/** What to bundle. Other options are those of tsup. */
export interface BundleOptions extends Omit<Options, "entry"> {
  /** Folder of the package. Its tsconfig.json leads from `@heed/x` to the sources. */
  readonly home: string;
  /** Source files by the name of their bundle, from `home`. */
  readonly entry: Readonly<Record<string, string>>;
  /** Where the bundles are written. */
  readonly folder: string;
}

/**
 * Bundles sources with the packages of heed that they import, so that they run where nothing is installed.
 * @returns the text of each bundle by its name, such as `checks.js`
 */
export async function bundleSources(options: BundleOptions): Promise<ReadonlyMap<string, string>> {
  const { home, entry, folder, ...others } = options;
  await build({
    config: false,
    entry: Object.fromEntries(Object.entries(entry).map(([name, path]) => [name, join(home, path)])),
    tsconfig: join(home, "tsconfig.json"),
    noExternal: [/^@heed\//],
    format: ["esm"],
    target: "es2023",
    silent: true,
    outDir: folder,
    ...others,
  });
  const files = readdirSync(folder).filter((name) => /\.m?js$/.test(name));
  return new Map(files.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}
