/** A site that has installed the packages of this workspace. */
import { globSync } from "node:fs";
import { access, mkdir, mkdtemp, readFile, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** A folder with installed packages. */
export interface Site {
  readonly folder: string;
  /** What a browser may import, such as `@heed/nn` and `@heed/nn/testing`. */
  readonly entries: readonly string[];
}

/**
 * Creates a folder in which every published package is installed as it was built.
 * @throws Error when a package is not built
 */
export async function createSite(): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), "heed-site-"));
  const entries: string[] = [];
  for (const path of globSync("{packages,apps}/*/package.json", { cwd: root }).sort()) {
    const manifest = JSON.parse(await readFile(join(root, path), "utf8")) as {
      name: string;
      private?: boolean;
      exports?: Record<string, unknown>;
    };
    if (manifest.private || !manifest.exports) continue;
    await access(join(root, dirname(path), "dist")).catch(() => {
      throw new Error(`${dirname(path)} must be built before it can be bundled. Run: npm run build`);
    });
    const installed = join(folder, "node_modules", manifest.name);
    await mkdir(dirname(installed), { recursive: true });
    await symlink(join(root, dirname(path)), installed, "junction");
    const browser = Object.keys(manifest.exports).filter((key) => key !== "./node" && key !== "./package.json");
    entries.push(...browser.map((key) => manifest.name + key.slice(1)));
  }
  return { folder, entries };
}

/** Writes modules into a site, by name. */
export async function writeModules(site: Site, modules: Readonly<Record<string, string>>): Promise<void> {
  await writeFile(join(site.folder, "package.json"), '{ "type": "module" }');
  for (const [name, text] of Object.entries(modules)) await writeFile(join(site.folder, name), text);
}
