import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { builtInScorers, type Scorer } from "@heed/attention";
import { HeedError, quoted } from "@heed/core";
import type { PluginSource } from "@heed/train";
import { guardScorer } from "./guard-scorer.js";
import { MODULE_MARK, sharePackages } from "./plugins/share-packages.js";

/** A scorer that was read from a file, and what a run remembers of it. */
export interface OwnScorer {
  readonly scorer: Scorer;
  readonly source: PluginSource;
}

/** Whether a `--scorer` names a file, and not a scorer: it has a slash, or ends as a module does. */
export function isScorerFile(text: string): boolean {
  return /[/\\]|\.[cm]?[jt]s$/i.test(text);
}

/**
 * Runs an ES module and takes the scorer that it exports, by default or under any name.
 *
 * @param path - from the folder the user is in
 * @throws HeedError naming the file, and what is missing or wrong in it
 */
export async function loadScorerFile(path: string): Promise<OwnScorer> {
  const file = resolve(path);
  const bytes = await readBytes(path);
  const exported = await importModule(path, file);
  const scorers = new Set(Object.values(exported).filter(isScorer));
  const [scorer] = scorers;
  if (!scorer) throw new HeedError(`${path} exports no scorer.${nearMiss(exported)} ${example}`);
  if (scorers.size > 1) {
    throw new HeedError(
      `${path} exports ${scorers.size} scorers, ${quoted(Array.from(scorers, ({ name }) => name))}: leave one in the file.`,
    );
  }
  assertNew(scorer, path);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { scorer: guardScorer(scorer, path), source: { specifier: file, sha256 } };
}

const example =
  "Export what defineScorer returns: `export const mine = defineScorer({ name, shapes, formula, reference, score, samples })`.";

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") throw new HeedError(`There is no scorer file ${path}.`, { cause: error });
    if (code === "EISDIR") throw new HeedError(`${path} is a folder; the file of a scorer was expected.`);
    throw new HeedError(`Cannot read ${path}: ${message}`, { cause: error });
  }
}

async function importModule(path: string, file: string): Promise<Readonly<Record<string, unknown>>> {
  sharePackages();
  try {
    const { href } = pathToFileURL(file);
    return await import(/* @vite-ignore */ /\.js$/i.test(file) ? href + MODULE_MARK : href);
  } catch (error) {
    if (!(error instanceof Error)) throw new HeedError(`${path} threw ${String(error)}.`, { cause: error });
    throw new HeedError(`${path} cannot be loaded: ${explain(error, file)}`, { cause: error });
  }
}

/** What Node says, with the line where it says one. */
function explain(error: Error, file: string): string {
  if ("code" in error && error.code === "ERR_UNKNOWN_FILE_EXTENSION") {
    return /\.[cm]?ts$/i.test(file)
      ? `this Node, ${process.versions.node}, does not read TypeScript. Compile it to JavaScript, or use Node 22.18 or newer.`
      : "the name of a module ends in .js, .mjs, or .ts.";
  }
  const line = error instanceof SyntaxError ? lineOf(file) : undefined;
  return `${error.name}: ${error.message.split("\n")[0]}${line === undefined ? "" : ` (line ${line})`}`;
}

/** The line of a syntax error, which Node tells only who runs the file, `file:///…/mine.js:3`. */
function lineOf(file: string): string | undefined {
  const { stderr } = spawnSync(process.execPath, ["--check", file], { encoding: "utf8", timeout: 10_000 });
  return /:(\d+)\s*$/.exec(stderr.split("\n")[0] ?? "")?.[1];
}

const required = {
  name: "string",
  shapes: "string",
  formula: "string",
  reference: "string",
  score: "function",
  samples: "object",
} as const;

/** What an object lacks of a scorer. */
function missingOf(value: unknown): string[] {
  const fields = (value ?? {}) as Readonly<Record<string, unknown>>;
  return Object.entries(required).flatMap(([key, type]) => {
    const field = fields[key];
    return typeof field === type && field !== null && field !== "" ? [] : [key];
  });
}

function isScorer(value: unknown): value is Scorer {
  return typeof value === "object" && value !== null && missingOf(value).length === 0;
}

/** What an export lacks that was meant as a scorer. */
function nearMiss(exported: Readonly<Record<string, unknown>>): string {
  for (const [name, value] of Object.entries(exported)) {
    const missing = missingOf(value);
    if (typeof value !== "object" || value === null || missing.length === Object.keys(required).length) continue;
    return ` Its export ${name} has no ${missing.join(", no ")}.`;
  }
  const names = Object.keys(exported);
  return names.length === 0 ? " It exports nothing." : ` It exports ${names.join(", ")}.`;
}

/** @throws HeedError where a built-in scorer goes by one of its names already */
function assertNew({ name, aliases = [] }: Scorer, path: string): void {
  const taken = new Set(
    (builtInScorers as readonly Scorer[]).flatMap((known) => [known.name, ...(known.aliases ?? [])]),
  );
  const twice = [name, ...aliases].find((each) => taken.has(each));
  if (twice === undefined) return;
  throw new HeedError(`${path}: there is a built-in scorer ${quoted([twice])} already. Give yours another name.`);
}
