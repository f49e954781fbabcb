import { mkdirSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleSources } from "@heed/tooling/bundle-sources";

const home = fileURLToPath(new URL("../", import.meta.url));

/**
 * Bundles a program of this folder into one file, which a new process or thread can run.
 *
 * @param name - `thread` for `testing/thread.ts`
 * @returns a new folder with `<name>.mjs`; remove it after the tests
 */
export async function bundleProgram(name: string): Promise<string> {
  // Inside of the package, so that koffi is found from there.
  mkdirSync(join(home, "node_modules"), { recursive: true });
  const folder = mkdtempSync(join(home, "node_modules/.heed-test-"));
  await bundleSources({
    home,
    entry: { [name]: `testing/${name}.ts` },
    folder,
    noExternal: [/^(?!koffi$)/],
    external: ["koffi"],
    platform: "node",
    outExtension: () => ({ js: ".mjs" }),
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
  return folder;
}
