import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { HeedError } from "@heed/core";
import { markdownTable } from "../experiments/markdown-table.js";
import { count, decimal, duration } from "../format.js";
import { replaceFile } from "../replace-file.js";
import { UsageError } from "../usage-error.js";
import { reproductions } from "./reproductions.js";
import type { ReproductionResult } from "./result.js";

const marks = { begin: "<!-- results -->", end: "<!-- /results -->" };

/**
 * Reads every `result.json` in a folder and in its folders.
 * @throws HeedError naming the file that is no result
 */
export async function readResults(folder: string): Promise<ReproductionResult[]> {
  const names = await readdir(folder, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const files = names.filter((name) => /(^|[\\/])result\.json$/.test(name)).sort();
  return await Promise.all(files.map((name) => readResult(join(folder, name))));
}

/** @throws HeedError naming the file when it is no result */
export async function readResult(file: string): Promise<ReproductionResult> {
  try {
    const result = JSON.parse(await readFile(file, "utf8")) as ReproductionResult;
    for (const key of ["name", "metric", "value", "seed", "wallSeconds", "machine"] as const) {
      if (result[key] === undefined) throw new Error(`it has no ${key}`);
    }
    return result;
  } catch (error) {
    const why = (error as Error).message;
    throw new HeedError(`${file} must be written by heed reproduce, but ${why}. Remove it, or make it again.`, {
      cause: error,
    });
  }
}

/** Returns the table of results, the heading first: in the order of the rows, then by seed. Tiny versions are left out. */
export function resultsTable(results: readonly ReproductionResult[]): string[][] {
  const heading = [
    "result",
    "model",
    "parameters",
    "published",
    "goal",
    "heed",
    "other measures",
    "on validation",
    "seed",
    "time",
    "CPU time",
    "memory",
    "machine",
  ];
  const rows = reproductions.flatMap((row) =>
    results
      .filter(({ name, quick }) => name === row.name && !quick)
      .sort((a, b) => a.seed - b.seed)
      .map((result) => {
        const { better } = row.metric;
        const reached =
          row.goal !== null && (better === "higher" ? result.value >= row.goal : result.value <= row.goal);
        const value = shown(result.metric, result.value);
        const others = Object.entries(result.test).filter(([name]) => name !== result.metric);
        const best = result.validation.map(({ measures }) => measures[result.metric]!);
        return [
          `\`${row.name}\`: ${row.data}`,
          row.model,
          count(result.parameters),
          row.anchor,
          row.goal === null ? "–" : `${better === "higher" ? "≥" : "≤"} ${row.goal}`,
          reached ? `**${value}**` : value,
          others.map(([name, measure]) => shown(name, measure)).join(", "),
          shown(result.metric, better === "higher" ? Math.max(...best) : Math.min(...best)),
          `${result.seed}`,
          duration(1000 * result.wallSeconds),
          duration(1000 * result.cpuSeconds),
          `${(result.peakMemoryBytes / 2 ** 20).toFixed(0)} MiB`,
          `${result.machine.processor}, ${result.backend.threads} of ${result.machine.cores} cores, Node ${result.machine.node}`,
        ];
      }),
  );
  return [heading, ...rows];
}

function shown(metric: string, value: number): string {
  return `${decimal(value, metric === "perplexity" ? 4 : 2)} ${metric}`;
}

/** Returns the table of results in Markdown, and below it what is particular to each, and the definitions of the measures. */
export function resultsMarkdown(results: readonly ReproductionResult[]): string {
  const notes = reproductions.flatMap((row) => {
    const own = results.filter(({ name, quick }) => name === row.name && !quick);
    if (own.length === 0) return [];
    const chosen = own.map((result) => `Seed ${result.seed}: ${describeChoice(result.chosen)}.`);
    return [`- \`${row.name}\`: ${[...row.notes, ...chosen].join(" ")}\n`];
  });
  const signatures = [...new Set(results.flatMap(({ quick, signatures }) => (quick ? [] : signatures)))].map(
    (text) => `- \`${text}\`\n`,
  );
  return [markdownTable(resultsTable(results)), notes.join(""), signatures.join("")]
    .filter((part) => part !== "")
    .join("\n");
}

/** Describes weights and search, such as `weights of the best epoch, beam 5 with length penalty 1`. */
export function describeChoice({ weights, search }: ReproductionResult["chosen"]): string {
  const [kind, epochs] = weights === "best" ? [] : Object.entries(weights)[0]!;
  const which = kind === undefined ? "weights of the best epoch" : `average of the ${kind} ${epochs} epochs`;
  const { size, lengthPenalty = 0.6 } = search;
  return `${which}, ${size === 1 ? "greedy" : `beam ${size} with length penalty ${lengthPenalty}`}`;
}

/**
 * Replaces the table of a page by that of the results in the folder with its name: `docs/results.md` has those of
 * `docs/results/`. The table stands between `<!-- results -->` and `<!-- /results -->`.
 *
 * @returns the number of results
 * @throws UsageError when the page has no Markdown name
 * @throws HeedError when the page does not exist, or has no such place
 */
export async function updatePage(page: string): Promise<number> {
  const folder = join(dirname(page), pageName(page));
  const text = await readFile(page, "utf8").catch((error: Error) => {
    throw new HeedError(`Cannot read ${page}: ${error.message}. Name a page that exists.`, { cause: error });
  });
  const results = await readResults(folder);
  await replaceFile(page, withTable(page, text, resultsMarkdown(results)));
  return results.length;
}

/** @throws HeedError when the page has no place for the table */
export function withTable(page: string, text: string, table: string): string {
  const begin = text.indexOf(marks.begin);
  const end = text.indexOf(marks.end);
  if (begin >= 0 && end > begin) {
    return `${text.slice(0, begin + marks.begin.length)}\n\n${table}\n${text.slice(end)}`;
  }
  throw new HeedError(
    `${page} must contain a line ${marks.begin} and below it a line ${marks.end}, got none. Add both.`,
  );
}

function pageName(page: string): string {
  const match = /([^\\/]+)\.md$/.exec(page);
  if (match) return match[1]!;
  throw new UsageError(`--table must name a page in Markdown, such as docs/results.md, got ${JSON.stringify(page)}.`);
}
