/**
 * `npm run release`: builds all packages, packs those whose version the registry lacks, checks the tarballs, lists their
 * sizes, publishes them, and tags the commit. `npm run release -- --dry-run` stops before it publishes.
 */
import { globSync } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { contentFaults, manifestFaults, type PackedManifest } from "../scripts/package-faults.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Prints the sizes of a tarball, and returns what is wrong with it. */
async function review(tarball: string): Promise<string[]> {
  const { stdout } = await execa("tar", ["-tzf", tarball]);
  const files = stdout.split("\n").map((file) => file.replace(/^package\//, ""));
  const text = await execa("tar", ["-xOzf", tarball, "package/package.json"]);
  const manifest = JSON.parse(text.stdout) as PackedManifest;
  const content = await execa("tar", ["-xOzf", tarball], { encoding: "buffer" });
  const sizes = [(await stat(tarball)).size, content.stdout.length].map((size) => `${Math.ceil(size / 1000)} kB`);
  const [packed, unpacked] = sizes.map((size) => size.padStart(8));
  console.log(
    `${manifest.name.padEnd(20)} ${packed} packed ${unpacked} unpacked ${String(files.length).padStart(4)} files`,
  );
  const faults = [...contentFaults(files), ...manifestFaults(manifest, manifest.repository?.directory ?? "")];
  return faults.map((fault) => `${basename(tarball)}: ${fault}`);
}

const waiting = globSync(".changeset/*.md", { cwd: root });
if (waiting.length > 0) {
  console.error(`${waiting.join(", ")} must be part of a version before a release: run \`npm run bump\`, and commit.`);
  process.exit(1);
}
const folder = await mkdtemp(join(tmpdir(), "heed-release-"));
try {
  const inherit = { cwd: root, stdio: "inherit" } as const;
  await execa("turbo", ["run", "build"], inherit);
  await execa("changeset", ["pack", "--out-dir", folder], inherit);
  const faults: string[] = [];
  for (const tarball of globSync("packages/*.tgz", { cwd: folder }).sort()) {
    faults.push(...(await review(join(folder, tarball))));
  }
  if (faults.length > 0) {
    console.error(`Nothing is published:\n${faults.join("\n")}`);
    process.exitCode = 1;
  } else if (!process.argv.includes("--dry-run")) {
    await execa("changeset", ["publish", "--from-pack-dir", folder], inherit);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
