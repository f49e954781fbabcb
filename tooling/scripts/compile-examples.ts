import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Example } from "./readme-examples.ts";
import { runProgram } from "./run-program.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** A README with programs: its path from the root, and they. */
export interface ReadmePrograms {
  readonly path: string;
  readonly examples: readonly Example[];
}

/** A way in which a user's project is compiled. */
interface Setting {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Whether the types of the DOM are there, so that programs for pages are compiled. */
  readonly dom: boolean;
  /** Whether the setting is for `heed` alone, which imports the other packages: each setting takes time. */
  readonly heedOnly?: boolean;
  /** Whether only the package's entries and the programs for pages are compiled: programs for Node are not for this setting. */
  readonly pagesOnly?: boolean;
}

const nodenext = { module: "nodenext" };
const bundler = { module: "esnext", moduleResolution: "bundler" };
const dom = { lib: ["es2023", "dom", "dom.iterable"] };
// The types of Node come from this workspace: they are for the program, and no package may need them.
const node = { types: ["node"], typeRoots: [join(root, "node_modules/@types")] };

const settings: readonly Setting[] = [
  { name: "nodenext", options: nodenext, dom: false },
  { name: "bundler", options: bundler, dom: false },
  { name: "nodenext with dom", options: { ...nodenext, ...dom }, dom: true },
  { name: "bundler with dom", options: { ...bundler, ...dom }, dom: true },
  { name: "nodenext with node types", options: { ...nodenext, ...node }, dom: false, heedOnly: true },
  {
    name: "bundler for browsers",
    options: { ...bundler, ...dom, customConditions: ["browser"] },
    dom: true,
    pagesOnly: true,
    heedOnly: true,
  },
];

const strict = { target: "es2023", lib: ["es2023"], types: [], strict: true, skipLibCheck: false, noEmit: true };

/** The part of what every JavaScript engine's host offers that programs use: es2023 without DOM or Node lacks even this. */
const host = `declare const console: { log(...values: unknown[]): void };
declare const performance: { now(): number };
declare class AbortController { readonly signal: AbortSignal; abort(): void }
interface AbortSignal { readonly aborted: boolean; readonly reason: unknown; throwIfAborted(): void }
declare class TextEncoder { encode(text: string): Uint8Array }
`;

/**
 * Compiles the programs of READMEs, and a module that imports every entry of a package, in the settings that users have:
 * `strict`, declarations of packages included, with and without the types of the DOM.
 *
 * @param home - the folder where the package is installed
 * @param entries - what can be imported, such as `@heed/tensor` and `@heed/tensor/testing`
 * @returns for each setting its name and the errors, which name README, example and line
 */
export async function* compileExamples(
  home: string,
  readmes: readonly ReadmePrograms[],
  entries: readonly string[],
): AsyncGenerator<{ readonly name: string; readonly ok: boolean; readonly output: string }> {
  const folder = join(home, "compiled");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "host.d.ts"), host);
  const imports = entries.map((entry, i) => `export * as entry${i} from "${entry}";\n`).join("");
  await writeFile(join(folder, "entries.ts"), imports);
  const programs = readmes.flatMap(({ path, examples }, i) =>
    examples.map((example) => {
      const name = example.file?.replace(/\.js$/, ".ts") ?? `example-${example.number}.ts`;
      return { file: `readme-${i + 1}/${name}`, path, example };
    }),
  );
  for (const { file, example } of programs) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), example.code);
  }

  const before = new Map<string, string>();
  const ofHeed = entries.includes("heed");
  for (const [i, { name, options, dom, pagesOnly = false, heedOnly = false }] of settings.entries()) {
    if (heedOnly && !ofHeed) continue;
    const chosen = programs.filter(({ example }) => (example.browser ? dom : !pagesOnly));
    const files = ["entries.ts", ...chosen.map(({ file }) => file)];
    if (!dom && !("typeRoots" in options)) files.push("host.d.ts");
    const config = `tsconfig.${i + 1}.json`;
    const compilerOptions = { ...strict, moduleDetection: "force", ...options };
    await writeFile(join(folder, config), JSON.stringify({ compilerOptions, files }));
    const { ok, output } = await runProgram(
      join(root, "node_modules/.bin/tsc"),
      ["-p", config, "--pretty", "false"],
      folder,
    );
    const readable = programs.reduce((text, { file, path, example }) => {
      const place = new RegExp(`^${file.replaceAll(".", "\\.")}\\((\\d+),(\\d+)\\)`, "gm");
      return text.replace(
        place,
        (_, line, column) => `${path}:${example.line + Number(line)}:${column} (example ${example.number})`,
      );
    }, output);
    const same = before.get(readable);
    if (same === undefined) before.set(readable, name);
    yield { name: `compiles: ${name}`, ok, output: same === undefined ? readable : `the same as: ${same}` };
  }
}
