/**
 * Writes the `index.ts` of the folders where adding an item is adding a file: operations, and each kind of extension.
 *
 *   node tooling/scripts/generate-index.mjs            writes
 *   node tooling/scripts/generate-index.mjs --check    changes nothing; exit code 1 when a committed file is stale
 *
 * A file exports a constant of its own name: `scaled-dot.ts` exports `scaledDot`.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

const folders = [
  { path: "packages/tensor/src/ops", suffix: ".op.ts", list: "builtInOps" },
  { path: "packages/tensor/src/backends", suffix: ".ts", list: "builtInBackends" },
  { path: "packages/attention/src/scorers", suffix: ".ts", list: "builtInScorers" },
  { path: "packages/attention/src/masks", suffix: ".ts", list: "builtInMasks" },
  { path: "packages/attention/src/normalizers", suffix: ".ts", list: "builtInNormalizers" },
  { path: "packages/tokenizers/src/tokenizers", suffix: ".ts", list: "builtInTokenizers" },
  { path: "packages/nn/src/optimizers", suffix: ".ts", list: "builtInOptimizers" },
  { path: "packages/nn/src/schedules", suffix: ".ts", list: "builtInSchedules" },
  { path: "packages/datasets/src/tasks", suffix: ".ts", list: "builtInTasks" },
  { path: "packages/metrics/src/metrics", suffix: ".ts", list: "builtInMetrics" },
  { path: "packages/train/src/recipes", suffix: ".ts", list: "builtInRecipes" },
];

/** `softmax-cross-entropy` → `softmaxCrossEntropy`. */
export function camelName(stem) {
  return stem.replace(/-([a-z0-9])/g, (_, letter) => letter.toUpperCase());
}

/** The names of the files in `names` that hold one item each, sorted, without the suffix. */
export function itemStems(names, suffix) {
  return names
    .filter((name) => name.endsWith(suffix) && name !== "index.ts" && !/\.(test|d)\.ts$/.test(name))
    .map((name) => name.slice(0, -suffix.length))
    .sort();
}

/** The text of an index file, before Biome has put it in its form. */
export function indexText(stems, { suffix, list }) {
  const names = stems.map(camelName).join(", ");
  const imports = stems.map((stem) => `import { ${camelName(stem)} } from "./${stem}${suffix.replace(/ts$/, "js")}";`);
  return [
    "// Written by `pnpm generate` from the files of this folder: edit those, then run it again.",
    ...imports,
    "",
    "/** What stands in this folder, sorted by file name. */",
    `export const ${list} = [${names}] as const;`,
    "",
    `export { ${names} };`,
    "",
  ].join("\n");
}

/** The text of a file in the form that Biome gives it. */
export function formatted(text, path) {
  const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
  const run = spawnSync(process.execPath, [biome, "check", "--write", `--stdin-file-path=${path}`], {
    cwd: root,
    input: text,
    encoding: "utf8",
  });
  if (run.status !== 0) throw new Error(`Biome could not format ${path}:\n${run.stderr}`);
  return run.stdout;
}

function main(check) {
  const complaints = [];
  for (const folder of folders) {
    const directory = join(root, folder.path);
    const stems = existsSync(directory) ? itemStems(readdirSync(directory), folder.suffix) : [];
    if (stems.length === 0) continue;
    for (const stem of stems) {
      const name = camelName(stem);
      const source = readFileSync(join(directory, stem + folder.suffix), "utf8");
      if (!new RegExp(`^export (const|function) ${name}\\b`, "m").test(source)) {
        complaints.push(`${folder.path}/${stem}${folder.suffix} must export a constant called ${name}`);
      }
    }
    const path = `${folder.path}/index.ts`;
    const target = join(root, path);
    const text = formatted(indexText(stems, folder), path);
    if (existsSync(target) && readFileSync(target, "utf8") === text) continue;
    if (check) {
      complaints.push(`${path} is stale: run \`pnpm generate\` and commit it`);
      continue;
    }
    writeFileSync(`${target}.tmp`, text);
    renameSync(`${target}.tmp`, target);
    console.log(`wrote ${path}: ${stems.length} exports`);
  }
  for (const complaint of complaints) console.error(complaint);
  return complaints.length === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = main(process.argv.includes("--check"));
