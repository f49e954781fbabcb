/**
 * Every public package, as a user gets it: packed, linted, and installed alone from its tarball into an empty folder,
 * where the examples of its README run on the machine's own Node and on the pinned one.
 */
import { execFile } from "node:child_process";
import { globSync } from "node:fs";
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { contentFaults, examplesOf, manifestFaults, type PackedManifest } from "./package-faults.ts";
import type { Summary } from "./summary-reporter.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const windows = process.platform === "win32";

interface Outcome {
  ok: boolean;
  /** What the program printed, and then what it complained about. */
  output: string;
  /** What the program printed. */
  printed: string;
}

interface NodeVersion {
  version: string;
  /** The environment of somebody who has this Node, and nothing of this workspace. */
  env: NodeJS.ProcessEnv;
}

interface Packed {
  folder: string;
  manifest: PackedManifest & { bin?: Record<string, string> };
  tarball: string;
  files: string[];
}

/** Runs a program to its end; never throws. */
function run(command: string, args: string[], cwd: string, env = process.env, seconds = 180): Promise<Outcome> {
  const options = { cwd, env, timeout: seconds * 1000, maxBuffer: 1 << 26, shell: windows };
  return new Promise((resolve) => {
    execFile(command, args, options, (error, stdout, stderr) => {
      const why = error?.killed ? `stopped after ${seconds} s` : stdout || stderr ? "" : (error?.message ?? "");
      resolve({ ok: error === null, printed: stdout, output: `${stdout}${stderr}${why}` });
    });
  });
}

/** The machine's own Node and the pinned one; one of the two when their versions are equal. */
async function findNodes(): Promise<NodeVersion[]> {
  const path = (process.env.PATH ?? "").split(delimiter).filter((folder) => !folder.includes("node_modules"));
  const own = /^(npm_(package|lifecycle|command|execpath|node_execpath|config_local_prefix)|INIT_CWD|HEED_)/;
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
  const candidates = [path, [dirname(process.execPath), ...path]];
  const nodes = new Map<string, NodeVersion>();
  for (const folders of candidates) {
    const env = { ...clean, PATH: folders.join(delimiter) };
    const { ok, printed, output } = await run("node", ["--version"], root, env);
    if (!ok) throw new Error(`node --version failed on PATH ${env.PATH}: ${output}`);
    nodes.set(printed.trim(), { version: printed.trim(), env });
  }
  return [...nodes.values()];
}

async function pack(folder: string, destination: string): Promise<Packed> {
  const { ok, printed, output } = await run(
    "pnpm",
    ["pack", "--json", "--pack-destination", destination],
    join(root, folder),
  );
  if (!ok) throw new Error(`${folder}: pnpm pack failed:\n${output}`);
  const { filename, files } = JSON.parse(printed) as {
    filename: string;
    files: { path: string }[];
  };
  const unpacked = await run("tar", ["-xOzf", filename, "package/package.json"], destination);
  return { folder, manifest: JSON.parse(unpacked.printed), tarball: filename, files: files.map((file) => file.path) };
}

/** Installs one package and what it depends on, from tarballs, with npm; no dependency may need an install script. */
async function install(home: string, own: Packed, all: readonly Packed[], env: NodeJS.ProcessEnv): Promise<Outcome> {
  const others = all.filter((each) => each !== own);
  const manifest = {
    private: true,
    type: "module",
    dependencies: { [own.manifest.name]: `file:${own.tarball}` },
    overrides: Object.fromEntries(others.map(({ manifest: { name }, tarball }) => [name, `file:${tarball}`])),
  };
  await mkdir(home, { recursive: true });
  await writeFile(join(home, "package.json"), JSON.stringify(manifest));
  const flags = ["--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const installed = await run("npm", ["install", ...flags], home, env);
  if (!installed.ok) return installed;
  const lock = JSON.parse(await readFile(join(home, "node_modules/.package-lock.json"), "utf8")) as {
    packages: Record<string, { hasInstallScript?: boolean }>;
  };
  const scripted = Object.entries(lock.packages).filter(([, entry]) => entry.hasInstallScript);
  const output = scripted.map(([path]) => `${path} runs a script when it is installed: choose another`).join("\n");
  return { ok: scripted.length === 0, output, printed: "" };
}

/** What is run in the folder where a package was installed: its README's examples, and the program if it is one. */
async function commandsOf(own: Packed, home: string): Promise<string[][]> {
  const readme = await readFile(join(root, own.folder, "README.md"), "utf8").catch(() => "");
  const examples = examplesOf(readme);
  const commands: string[][] = [];
  for (const [index, example] of examples.entries()) {
    await writeFile(join(home, `example-${index + 1}.js`), example);
    commands.push(["node", `example-${index + 1}.js`]);
  }
  for (const name of Object.keys(own.manifest.bin ?? {})) {
    for (const argument of ["--help", "scorers"]) commands.push(["npx", "--no", "--", name, argument]);
  }
  return commands;
}

/** All checks of one package: the name of each, and what went wrong in it, if anything. */
async function* checksOf(own: Packed, all: readonly Packed[], nodes: readonly NodeVersion[], home: string) {
  const faults = [...contentFaults(own.files), ...manifestFaults(own.manifest)];
  yield { name: "contents", ok: faults.length === 0, output: faults.join("\n") };
  yield { name: "publint", ...(await run("publint", ["run", own.tarball, "--strict"], root)) };
  const quiet = ["--profile", "esm-only", "--format", "ascii", "--no-emoji", "--no-color"];
  yield { name: "attw", ...(await run("attw", [own.tarball, ...quiet], root)) };
  const installed = await install(home, own, all, nodes[0]?.env ?? process.env);
  yield { name: "installs alone", ...installed };
  if (!installed.ok) return;
  const commands = await commandsOf(own, home);
  if (commands.length === 0) {
    yield {
      name: "example",
      ok: false,
      output: `${own.folder}/README.md has no example: add a \`\`\`js block that runs and prints`,
    };
  }
  for (const { version, env } of nodes) {
    for (const [program = "", ...args] of commands) {
      const { ok, output, printed } = await run(program, args, home, env);
      const silent = ok && !printed.trim();
      const name = `${[program, ...args].join(" ")} on ${version}`;
      yield { name, ok: ok && !silent, output: silent ? "printed nothing" : output };
    }
  }
}

async function main(): Promise<void> {
  const temporary = await mkdtemp(join(tmpdir(), "heed-packages-"));
  const summary: Summary = { passed: 0, failed: 0, skipped: [] };
  try {
    const nodes = await findNodes();
    const folders = globSync("{packages,apps}/*/package.json", { cwd: root }).map(dirname).sort();
    const packages: Packed[] = [];
    for (const folder of folders) {
      const { private: hidden } = JSON.parse(await readFile(join(root, folder, "package.json"), "utf8"));
      if (hidden) continue;
      await access(join(root, folder, "dist")).catch(() => {
        throw new Error(`${folder} is not built`);
      });
      packages.push(await pack(folder, temporary));
    }
    const waiting = [...packages];
    const worker = async (): Promise<void> => {
      for (let own = waiting.shift(); own; own = waiting.shift()) {
        const { name } = own.manifest;
        const passed: string[] = [];
        const home = join(temporary, name.replace("/", "-"));
        for await (const check of checksOf(own, packages, nodes, home)) {
          if (check.ok) passed.push(check.name);
          else console.log(`FAIL ${name}: ${check.name}\n${check.output.trim().replace(/^/gm, "    ")}`);
          summary[check.ok ? "passed" : "failed"] += 1;
        }
        console.log(`${name}: ${passed.join(", ") || "nothing"} passed`);
        await rm(home, { recursive: true, force: true });
      }
    };
    await Promise.all([worker(), worker()]);
  } catch (error) {
    console.log(error instanceof Error ? error.message : error);
    summary.failed += 1;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  if (process.env.HEED_SUMMARY) await writeFile(process.env.HEED_SUMMARY, JSON.stringify(summary));
  process.exitCode = summary.failed === 0 ? 0 : 1;
}

await main();
