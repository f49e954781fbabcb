import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { PackedManifest } from "./package-faults.ts";
import { type Outcome, runProgram } from "./run-program.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

type Env = NodeJS.ProcessEnv;

/** A package as it would be published. */
export interface Packed {
  folder: string;
  manifest: PackedManifest & { bin?: Record<string, string>; exports?: Record<string, unknown> };
  tarball: string;
  files: string[];
}

/** Packs the package of a folder. */
export async function pack(folder: string, destination: string): Promise<Packed> {
  const { ok, printed, output } = await runProgram(
    "pnpm",
    ["pack", "--json", "--pack-destination", destination],
    join(root, folder),
  );
  if (!ok) throw new Error(`${folder}: pnpm pack failed:\n${output}`);
  const { filename, files } = JSON.parse(printed) as {
    filename: string;
    files: { path: string }[];
  };
  const unpacked = await runProgram("tar", ["-xOzf", filename, "package/package.json"], destination);
  return { folder, manifest: JSON.parse(unpacked.printed), tarball: filename, files: files.map((file) => file.path) };
}

/** Installs one package and what it depends on, from tarballs, with npm; no dependency may need an install script. */
export async function installWithNpm(home: string, own: Packed, all: readonly Packed[], env: Env): Promise<Outcome> {
  const { manifest, overrides } = projectOf(own, all);
  await mkdir(home, { recursive: true });
  await writeFile(join(home, "package.json"), JSON.stringify({ ...manifest, overrides }));
  const flags = ["--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const installed = await runProgram("npm", ["install", ...flags], home, env);
  if (!installed.ok) return installed;
  const lock = JSON.parse(await readFile(join(home, "node_modules/.package-lock.json"), "utf8")) as {
    packages: Record<string, { hasInstallScript?: boolean }>;
  };
  const scripted = Object.entries(lock.packages).filter(([, entry]) => entry.hasInstallScript);
  const output = scripted.map(([path]) => `${path} runs a script when it is installed: choose another`).join("\n");
  return { ok: scripted.length === 0, output, printed: "" };
}

/** The same with pnpm, which lets a project import only what its own package.json names. */
export async function installWithPnpm(home: string, own: Packed, all: readonly Packed[], env: Env): Promise<Outcome> {
  const { manifest, overrides } = projectOf(own, all);
  await mkdir(home, { recursive: true });
  await writeFile(join(home, "package.json"), JSON.stringify(manifest));
  // YAML contains JSON.
  await writeFile(join(home, "pnpm-workspace.yaml"), JSON.stringify({ overrides }));
  const store = await runProgram("pnpm", ["store", "path"], root);
  const flags = ["--prefer-offline", "--ignore-scripts", "--no-frozen-lockfile", `--store-dir=${store.printed.trim()}`];
  return runProgram("pnpm", ["install", ...flags], home, { ...env, PATH: process.env.PATH });
}

function projectOf(own: Packed, all: readonly Packed[]) {
  const others = all.filter((each) => each !== own);
  return {
    manifest: { private: true, type: "module", dependencies: { [own.manifest.name]: `file:${own.tarball}` } },
    overrides: Object.fromEntries(others.map(({ manifest: { name }, tarball }) => [name, `file:${tarball}`])),
  };
}
