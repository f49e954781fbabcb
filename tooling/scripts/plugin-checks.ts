import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ExtensionKind } from "@heed/core";
import { constantOf, templates } from "../../apps/cli/src/new/templates.ts";
import { type Outcome, runProgram } from "./run-program.ts";

/** A check that was made. */
interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly output: string;
}

/** A folder where heed is installed from its tarball, and the Node that runs there. */
export interface Installed {
  /** Has `node_modules/heed`. */
  readonly home: string;
  readonly root: string;
  /** The environment of a Node that reads TypeScript. */
  readonly env: NodeJS.ProcessEnv;
  /** The environment of another Node, which may be older. */
  readonly other?: NodeJS.ProcessEnv | undefined;
}

const kinds = Object.keys(templates) as ExtensionKind[];
const pairs = Array.from({ length: 24 }, (_, i) => `source ${i}\ttarget ${i}\n`).join("");

/**
 * Checks plug-ins as users write them, in a project of their own: the file of `heed new` for each kind of extension on the
 * command line, all of them in a program, TypeScript where `package.json` says CommonJS or where there is none, and a
 * package that has its own copies of heed's packages.
 */
export async function* pluginChecks({ home, root, env, other }: Installed): AsyncGenerator<Check> {
  const folder = join(home, "plugins");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "pairs.tsv"), pairs);
  const program = join(home, "node_modules/heed/dist/main.js");
  const heed = (words: string, cwd = folder): Promise<Outcome> =>
    runProgram("node", [program, ...wordsOf(words)], cwd, env);

  yield* inTurn(kinds, async (kind) => ({ name: `heed new ${kind}`, ...(await heed(`new ${kind} outside-${kind}`)) }));
  await writeFile(join(folder, "host.d.ts"), "declare const console: { log(...values: unknown[]): void };\n");
  const options = { module: "nodenext", allowImportingTsExtensions: true, strict: true, noEmit: true, types: [] };
  const compilerOptions = { ...options, target: "es2023", lib: ["es2023"], noUncheckedIndexedAccess: true };
  await writeFile(join(folder, "program.ts"), programText);
  await writeFile(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      compilerOptions,
      files: ["host.d.ts", "program.ts", ...kinds.map((kind) => `outside-${kind}.ts`)],
    }),
  );
  const tsc = join(root, "node_modules/.bin/tsc");
  yield { name: "files of heed new compile", ...(await runProgram(tsc, ["--pretty", "false"], folder)) };

  // What the metric measures.
  yield { name: "a run", ...(await heed("train copy --set training.epochs=1 --set data.train=64")) };
  await writeFile(join(folder, "source.txt"), "a b\nc d e\n");
  await writeFile(join(folder, "target.txt"), "a b\nc d e\n");
  yield* inTurn(kinds, async (kind) => {
    const use = `${templates[kind].use(`outside-${kind}`)} --plugin ./outside-${kind}.ts`;
    const small = /^train (?!bahdanau)/.test(use) ? " --set data.train=64 --set data.validation=16" : "";
    const tiny = use.startsWith("train")
      ? ` --set model.hiddenSize=16 --set training.epochs=1 --out runs/outside-${kind}${small}`
      : "";
    return { name: `heed ${use}`, ...(await heed(`${use}${tiny}`)) };
  });
  yield { name: "a program with a plug-in of each kind", ...(await runProgram("node", ["program.ts"], folder, env)) };

  const missing = await heed("attend --model runs/outside-scorer 'a b'");
  const asks = !missing.ok && /add --plugin \S+outside-scorer\.ts/.test(missing.output);
  yield { name: "a run asks for its plug-in", ok: asks, output: missing.output };
  yield* typeScriptChecks({ home, root, env, other }, heed);
  yield* ownCopyChecks({ home, root, env }, heed);
}

type Heed = (words: string, cwd?: string) => Promise<Outcome>;

/** TypeScript in a folder of CommonJS and in a folder without any `package.json`, and syntax that Node cannot remove. */
async function* typeScriptChecks({ home, other }: Installed, heed: Heed): AsyncGenerator<Check> {
  const folders = { "a folder of CommonJS": join(home, "commonjs"), "a folder without package.json": `${home}-bare` };
  for (const [where, folder] of Object.entries(folders)) {
    await mkdir(folder, { recursive: true });
    if (where.endsWith("CommonJS")) await writeFile(join(folder, "package.json"), '{ "type": "commonjs" }');
    await writeFile(join(folder, "names.ts"), 'export const name: string = "near";\n');
    await writeFile(
      join(folder, "near.ts"),
      `import { defineMask, lessEqual } from "heed";
import { name } from "./names.ts";
export const near = defineMask({ name, summary: "the past", allow: ({ query, key }) => lessEqual(key, query) });\n`,
    );
    const { ok, output } = await heed("scorers --plugin ./near.ts", folder);
    yield { name: `TypeScript in ${where}`, ok: ok && /^near +the past/m.test(output), output };
  }
  const folder = folders["a folder of CommonJS"];
  await writeFile(join(folder, "enum.ts"), "export const a = 1;\nenum Kind { A }\n");
  const { ok, output } = await heed("scorers --plugin ./enum.ts", folder);
  if (other !== undefined) {
    const { printed } = await runProgram("node", ["-p", "!!process.features.typescript"], folder, other);
    const words = [join(home, "node_modules/heed/dist/main.js"), "scorers", "--plugin", "./near.ts"];
    const outcome = await runProgram("node", words, folder, other);
    const advises = /does not read\. Use Node 22\.18 or newer, or compile/.test(outcome.output);
    const right = printed.trim() === "true" ? outcome.ok : advises;
    yield { name: "TypeScript on another Node", ok: right, output: outcome.output };
  }
  await writeFile(join(folder, "compiled.ts"), 'import "./names.js";\n');
  const compiled = await heed("scorers --plugin ./compiled.ts", folder);
  yield {
    name: "an import of a .js file that is TypeScript is explained",
    ok: !compiled.ok && /Import it by the name of its file: names\.ts\./.test(compiled.output),
    output: compiled.output,
  };
  yield { name: "an enum is explained", ok: !ok && /\(line 2\)\. Node only removes types/.test(output), output };
}

/** A package whose `node_modules` has copies of heed's packages. */
async function* ownCopyChecks({ home, root, env }: Installed, heed: Heed): AsyncGenerator<Check> {
  const folder = join(home, "plugins");
  const place = join(folder, "node_modules/heed-plugin-near");
  await mkdir(join(place, "node_modules"), { recursive: true });
  await cp(join(home, "node_modules/@heed"), join(place, "node_modules/@heed"), { recursive: true });
  await writeFile(
    join(place, "package.json"),
    JSON.stringify({ name: "heed-plugin-near", type: "module", exports: "./near.js" }),
  );
  await writeFile(
    join(place, "near.js"),
    `import { defineScorer } from "@heed/attention";
import { matmul, Tensor } from "@heed/tensor";
export const copy = Tensor;
export const near = defineScorer({
  name: "near",
  shapes: "b q dq, b k dk -> b q k",
  formula: "sᵀ W h",
  reference: "none",
  params: ({ dq, dk }) => ({ W: [dq, dk] }),
  prepare: ({ W }, keys) => matmul(keys, W, { transposeB: true }),
  score: (_, query, prepared) => matmul(query, prepared, { transposeB: true }),
  samples: [{ b: 2, q: 3, k: 5, dq: 4, dk: 6, d: 7 }],
});\n`,
  );
  const small = "--set training.epochs=1 --set data.train=64 --set data.validation=16 --out runs/near";
  const trained = await heed(`train copy --scorer near --plugin heed-plugin-near ${small}`);
  yield { name: "a package with its own copy of @heed/tensor on the command line", ...trained };
  // Bundled, it runs its own copy on the command line, too.
  const bundle = [join(place, "near.js"), "--bundle", "--format=esm", "--outfile=bundled.js", "--log-level=error"];
  const bundled = await runProgram(join(root, "node_modules/.bin/esbuild"), bundle, folder);
  const attended = bundled.ok ? await heed("attend --model runs/near 'a b c' --plugin ./bundled.js") : bundled;
  yield { name: "a plug-in that is bundled with its own copy of @heed/tensor", ...attended };
  await writeFile(
    join(folder, "own-copy.js"),
    `import { loadRun, Tensor, translate, use, wasm } from "heed";
import { copy, near } from "heed-plugin-near";
if (copy === Tensor) throw new Error("this test needs two copies");
await use(wasm());
const run = await loadRun("runs/near", { plugins: [near] });
const [line] = await translate(run, ["a b c"]);
console.log(line.tokens.length > 0);\n`,
  );
  const loaded = await runProgram("node", ["own-copy.js"], folder, env);
  yield { name: "a package with its own copy of @heed/tensor in a program", ...loaded };
}

/** Uses all ten kinds at once. */
const programText = `import { evaluate, loadRun, resolveConfig, train, use } from "heed";
${kinds.map((kind) => `import { ${constantOf(`outside-${kind}`)} } from "./outside-${kind}.ts";\n`).join("")}
const plugins = [${kinds.map((kind) => constantOf(`outside-${kind}`)).join(", ")}];
await use(await outsideBackend.load());
const model = { hiddenSize: 16, scorer: "outside-scorer", normalizer: "outside-normalizer", masks: { "outside-mask": { behind: 9 } } };
const data = { task: "outside-task", maxLength: 3, train: 64, validation: 16 };
const training = { epochs: 1, optimizer: "outside-optimizer", optimizerOptions: { beta: 0.8 }, schedule: "outside-schedule" };
const config = resolveConfig({ recipe: "outside-recipe", model, data, training }, { plugins });
await train({ config, plugins, out: "runs/program" });
const missing = await loadRun("runs/program").catch((error) => error.message);
if (!/outside-recipe/.test(String(missing))) throw new Error("expected an error that names the plug-ins, got " + missing);
const run = await loadRun("runs/program", { plugins });
const { metrics } = await evaluate(run, [{ source: "1 2", target: "1 1 2 2" }], { metrics: ["outside-metric"], plugins });
console.log(metrics["outside-metric"]! >= 0);

const words = Array.from({ length: 32 }, (_, i) => String.fromCharCode(97 + (i % 26)) + i);
const text = { recipe: "bahdanau", model: { hiddenSize: 16 }, data: { tokenizer: "outside-tokenizer", sourceTokenizer: { size: 3 }, validation: 4 } };
const { sourceTokenizer } = await train({
  config: resolveConfig({ ...text, training: { epochs: 1 } }, { plugins, text: true }),
  data: { train: words.map((word) => ({ source: word, target: word + "!" })) },
  plugins,
});
console.log(sourceTokenizer.encode("abcd").tokens.length === 2);
`;

/** Makes checks two at a time, and yields them in order. */
async function* inTurn<T>(items: readonly T[], check: (item: T) => Promise<Check>): AsyncGenerator<Check> {
  for (let i = 0; i < items.length; i += 2) yield* await Promise.all(items.slice(i, i + 2).map(check));
}

/** The words of a command; quotes keep spaces. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain = ""]) => quoted ?? plain);
}
