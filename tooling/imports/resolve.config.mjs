/** Maps the entries of each package to their sources, so that dependency-cruiser follows imports from package to package. */
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** `./dist/testing/index.js` → `src/testing/index.ts`; of an entry with conditions, the default. */
function sourceOf(entry) {
  return typeof entry === "string" ? entry.replace("./dist/", "src/").replace(/\.js$/, ".ts") : sourceOf(entry.default);
}

const alias = globSync("{packages,apps}/*/package.json", { cwd: root }).flatMap((path) => {
  const { name, exports = {} } = JSON.parse(readFileSync(join(root, path), "utf8"));
  return Object.entries(exports).map(([entry, target]) => [
    `${name}${entry.slice(1)}$`,
    join(root, dirname(path), sourceOf(target)),
  ]);
});

// dependency-cruiser reads aliases from the `resolve` section of a webpack configuration.
export default { resolve: { alias: Object.fromEntries(alias) } };
