/**
 * Writes the file of a new scorer, normaliser or mask, with a body that works, and lists it:
 *
 *   pnpm new scorer my-score        or   npm run new -- scorer my-score
 *   pnpm new normalizer my-weights
 *   pnpm new mask my-rule
 *
 * Within a folder of the repository: pnpm -w new … . Nothing is overwritten. `npm test` certifies what is written, without any other edit.
 */
import { spawnSync } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { kinds, newFile } from "./new-files.mjs";
import { prepare, root, stop } from "./workspace.mjs";

const [kind, name, ...rest] = process.argv.slice(2);

function checked() {
  try {
    if (rest.length > 0) throw new Error(`A kind and one name were expected, but "${rest.join(" ")}" came, too.`);
    return newFile(kind, name, root);
  } catch (error) {
    return stop(error.message);
  }
}

const { path, text } = checked();
const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
if (!existsSync(biome)) prepare();

writeFileSync(join(root, path), text, { flag: "wx" });
for (const args of [
  [biome, "check", "--write", "--log-level=error", path],
  [join(root, "tooling/scripts/generate-index.mjs")],
]) {
  const run = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  if (run.status === 0) continue;
  rmSync(join(root, path));
  stop(`${run.stdout}${run.stderr}`.trim());
}

console.log(`wrote ${path}: it works as it is; make it yours, then

  npx pnpm vitest run packages/attention    certifies it
  npm run build                             builds it into the command line
  ${kinds[kind].use(name)}
`);
