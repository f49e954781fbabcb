/**
 * Checks every public package as a user gets it: packs it, lints it, installs it alone from its tarball into an empty
 * folder, compiles the programs of its README, and runs them on the machine's own Node and on the pinned one. The programs
 * of the root README need only `heed`, also in a project of pnpm, where a program can import nothing else.
 *
 *   node tooling/scripts/run.mjs node tooling/scripts/check-packages.ts                  all packages
 *   node tooling/scripts/run.mjs node tooling/scripts/check-packages.ts heed @heed/nn    some of them
 */
import { globSync } from "node:fs";
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compileExamples } from "./compile-examples.ts";
import { contentFaults, manifestFaults } from "./package-faults.ts";
import { installWithNpm, installWithPnpm, type Packed, pack } from "./packed-package.ts";
import { pluginChecks } from "./plugin-checks.ts";
import { type Readme, readExamples } from "./readme-examples.ts";
import { outsideEnvironment, runProgram } from "./run-program.ts";
import type { Summary } from "./summary-reporter.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** A check that was made: what it was, and what went wrong, if anything. */
type Check = { readonly name: string; readonly ok: boolean; readonly output: string };

interface NodeVersion {
  version: string;
  /** The environment of somebody who has this Node, and nothing of this workspace. */
  env: NodeJS.ProcessEnv;
}

/** The machine's own Node and the pinned one; one of the two when their versions are equal. */
async function findNodes(): Promise<NodeVersion[]> {
  const outside = outsideEnvironment();
  const nodes = new Map<string, NodeVersion>();
  for (const path of [outside.PATH, `${dirname(process.execPath)}${delimiter}${outside.PATH}`]) {
    const env = { ...outside, PATH: path };
    const { ok, printed, output } = await runProgram("node", ["--version"], root, env);
    if (!ok) throw new Error(`node --version failed on PATH ${env.PATH}: ${output}`);
    nodes.set(printed.trim(), { version: printed.trim(), env });
  }
  return [...nodes.values()];
}

/** The READMEs whose programs need only this package. */
async function readmesOf({ folder, manifest }: Packed): Promise<{ path: string; readme: Readme }[]> {
  const paths = [...(manifest.name === "heed" ? ["README.md"] : []), `${folder}/README.md`];
  return Promise.all(
    paths.map(async (path) => ({
      path,
      readme: readExamples(await readFile(join(root, path), "utf8").catch(() => "")),
    })),
  );
}

/** Commands that every program of a package must know. */
function helpOf({ manifest }: Packed): string[][] {
  return Object.keys(manifest.bin ?? {}).map((name) => ["npx", name, "--help"]);
}

/**
 * Compiles the programs of a package's READMEs in a folder where it is installed, and runs them. Commands take seconds: they
 * run on the first Node only.
 */
async function* programChecks(own: Packed, nodes: readonly NodeVersion[], home: string): AsyncGenerator<Check> {
  const readmes = await readmesOf(own);
  const programs = readmes.map(({ path, readme }) => ({ path, examples: readme.examples }));
  const entries = Object.keys(own.manifest.exports ?? {}).map((entry) => own.manifest.name + entry.slice(1));
  yield* compileExamples(home, programs, entries);

  for (const { version, env } of nodes) {
    for (const [i, { path, readme }] of readmes.entries()) {
      const folder = join(home, `${version}-${i + 1}`);
      await mkdir(folder);
      const run = async (what: string, command: string, args: readonly string[]): Promise<Check> => {
        const { ok, output, printed } = await runProgram(command, args, folder, env);
        const silent = ok && !printed.trim();
        const name = `${path}: ${what} on ${version}`;
        return { name, ok: ok && !silent, output: silent ? "printed nothing" : output };
      };
      for (const { number, code, file, browser } of readme.examples) {
        if (browser) continue;
        await writeFile(join(folder, file ?? `example-${number}.js`), stripTypeScriptTypes(code));
        if (file === null) yield await run(`example ${number}`, "node", [`example-${number}.js`]);
      }
      if (version !== nodes[0]!.version) continue;
      for (const words of [...helpOf(own), ...readme.commands]) {
        yield await run(words.join(" "), "npx", ["--no", "--", ...words.slice(1)]);
      }
    }
  }
}

/**
 * Checks of `heed` alone. The condition `browser` leads to the entry for pages. The scorer files of the READMEs load in a
 * folder without packages, as for a user who installed heed globally: their imports are the packages that heed runs with.
 */
async function* heedChecks(own: Packed, nodes: readonly NodeVersion[], home: string): AsyncGenerator<Check> {
  await writeFile(
    join(home, "page.js"),
    'import * as heed from "heed";\nprocess.exit("train" in heed && !("saveFigure" in heed) ? 0 : 1);\n',
  );
  yield {
    name: "entry for pages",
    ...(await runProgram("node", ["--conditions=browser", "page.js"], home, nodes[0]!.env)),
  };
  const folder = `${home}-elsewhere`;
  await mkdir(folder);
  const program = join(home, "node_modules/heed", own.manifest.bin?.heed ?? "");
  const examples = (await readmesOf(own)).flatMap(({ readme }) => readme.examples);
  for (const { file, code, browser } of examples) {
    if (file === null || browser) continue;
    await writeFile(join(folder, file), stripTypeScriptTypes(code));
    for (const { version, env } of nodes) {
      const outcome = await runProgram("node", [program, "scorers", "--plugin", `./${file}`], folder, env);
      yield { name: `${file} outside of a project on ${version}`, ...outcome };
    }
  }
}

/** All checks of one package. */
async function* checksOf(
  own: Packed,
  all: readonly Packed[],
  nodes: readonly NodeVersion[],
  home: string,
): AsyncGenerator<Check> {
  const faults = [...contentFaults(own.files), ...manifestFaults(own.manifest, own.folder)];
  yield { name: "contents", ok: faults.length === 0, output: faults.join("\n") };
  yield { name: "publint", ...(await runProgram("publint", ["run", own.tarball, "--strict"], root)) };
  const quiet = ["--profile", "esm-only", "--format", "ascii", "--no-emoji", "--no-color"];
  yield { name: "attw", ...(await runProgram("attw", [own.tarball, ...quiet], root)) };

  const readmes = await readmesOf(own);
  const unknown = readmes.flatMap(({ path, readme }) => readme.faults.map((fault) => `${path}: ${fault}`));
  for (const { path, readme } of readmes) {
    if (readme.examples.length === 0) unknown.push(`${path} has no example: add a \`\`\`ts block that runs and prints`);
  }
  yield { name: "README", ok: unknown.length === 0, output: unknown.join("\n") };

  const installed = await installWithNpm(home, own, all, nodes[0]!.env);
  yield { name: "installs alone", ...installed };
  if (installed.ok) yield* programChecks(own, nodes, home);
  if (installed.ok && own.manifest.name === "heed") {
    yield* heedChecks(own, nodes, home);
    yield* pluginChecks({ home, root, env: nodes.at(-1)!.env, other: nodes.length > 1 ? nodes[0]!.env : undefined });
  }
}

/** The checks of a package in a project of pnpm, on the pinned Node. */
async function* pnpmChecksOf(
  own: Packed,
  all: readonly Packed[],
  nodes: readonly NodeVersion[],
  home: string,
): AsyncGenerator<Check> {
  const pinned = nodes.slice(-1);
  const installed = await installWithPnpm(home, own, all, pinned[0]!.env);
  yield { name: "installs alone", ...installed };
  if (installed.ok) yield* programChecks(own, pinned, home);
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
    const names = process.argv.slice(2);
    const waiting = packages
      .filter(({ manifest }) => names.length === 0 || names.includes(manifest.name))
      .flatMap((own) => {
        const { name } = own.manifest;
        const home = join(temporary, name.replace("/", "-"));
        const job = { name, home, checks: checksOf(own, packages, nodes, home) };
        if (name !== "heed") return [job];
        const isolated = `${home}-pnpm`;
        return [job, { name: "heed with pnpm", home: isolated, checks: pnpmChecksOf(own, packages, nodes, isolated) }];
      });
    const worker = async (): Promise<void> => {
      for (let job = waiting.shift(); job; job = waiting.shift()) {
        const { name, home, checks } = job;
        const passed: string[] = [];
        for await (const check of checks) {
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
