/** Writes dist/third-party-licenses.txt: what is embedded in the package keeps its authors' terms. */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const { embeddedDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** The folder of a package, as seen from a file; and from there those that it brings along. */
function* packagesFrom(names, file) {
  const require = createRequire(file);
  for (const name of names) {
    let folder = dirname(require.resolve(name));
    while (!isFolderOf(name, folder)) folder = dirname(folder);
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    yield { folder, manifest };
    const brought = Object.keys(manifest.dependencies ?? {}).filter((other) => isInstalled(other, folder));
    yield* packagesFrom(brought, join(folder, "package.json"));
  }
}

function isFolderOf(name, folder) {
  try {
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).name === name;
  } catch {
    return false;
  }
}

function isInstalled(name, folder) {
  try {
    createRequire(join(folder, "package.json")).resolve(name);
    return true;
  } catch {
    return false;
  }
}

const texts = [...packagesFrom(embeddedDependencies, join(root, "package.json"))].map(
  ({ folder, manifest: { name, version, license } }) => {
    let terms;
    try {
      terms = readFileSync(join(folder, "LICENSE"), "utf8").trim();
    } catch {
      terms = license;
    }
    return `${name} ${version}\n\n${terms}\n`;
  },
);
writeFileSync(join(root, "dist/third-party-licenses.txt"), texts.join(`\n${"-".repeat(72)}\n\n`));
