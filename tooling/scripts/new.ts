/**
 * Writes the file of a new extension, which works as it is, and adds it to the list of its kind and to the types of
 * configurations:
 *
 *   npm run new -- scorer my-score        or   pnpm new scorer my-score
 *
 * Within a folder of the repository: pnpm -w new … . Nothing is overwritten.
 */
import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { newFile } from "./new-file.ts";
import { root, stop } from "./workspace.mjs";

const [kind, name, ...rest] = process.argv.slice(2);

function checked(): ReturnType<typeof newFile> {
  try {
    if (rest.length > 0) throw new Error(`Expected a kind and one name, got also "${rest.join(" ")}".`);
    return newFile(kind, name, root);
  } catch (error) {
    return stop((error as Error).message);
  }
}

const { path, text, use } = checked();
writeFileSync(join(root, path), text, { flag: "wx" });
const generate = [join(root, "tooling/scripts/generate-index.mjs")];
for (const args of [
  [join(root, "node_modules/@biomejs/biome/bin/biome"), "check", "--write", "--log-level=error", path],
  generate,
  // The types of configurations offer the name.
  [join(root, "node_modules/vitest/vitest.mjs"), "run", "option-types", "--update"],
]) {
  const run = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  if (run.status === 0) continue;
  rmSync(join(root, path));
  spawnSync(process.execPath, generate, { cwd: root });
  stop(`${run.stdout}${run.stderr}`.trim());
}

console.log(`wrote ${path}: it works as it is. Change it, then

  npx pnpm vitest run ${path.split("/").slice(0, 2).join("/")}    tests it
  npx pnpm vitest run option-types -u       writes the types of its options, after you changed them
  npm run build                             builds it into the command line
  npm run heed -- ${use}
`);
