/**
 * `npm run bump`: gives all packages the next version that the changesets ask for, writes their changelogs, and repeats the
 * version in the source of `@heed/train`.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";

const root = fileURLToPath(new URL("../../", import.meta.url));

await execa("changeset", ["version"], { cwd: root, stdio: "inherit" });
const manifest = JSON.parse(await readFile(join(root, "packages/train/package.json"), "utf8")) as { version: string };
const source = join(root, "packages/train/src/version.ts");
const text = await readFile(source, "utf8");
await writeFile(source, text.replace(/(?<=version = ")[^"]+/, manifest.version));
console.log(`All packages have version ${manifest.version}. Read the changelogs, and commit.`);
