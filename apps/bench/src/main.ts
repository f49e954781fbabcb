import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { measurePage, type PageSize, type Size } from "@heed/tooling/page-size";
import { type BenchOptions, help, parseOptions } from "./options.js";
import { formatComparison, readResult } from "./report/compare.js";
import { reportPage } from "./report/report-page.js";
import { headerLines, ratioTable, suiteTables, troubles } from "./report/terminal-report.js";
import type { ContestantPlan } from "./run/contestant-link.js";
import { allContestants, limitContestants, peersFolder } from "./run/contestants.js";
import { runBench } from "./run/run-bench.js";
import { selectCases } from "./suites/suites.js";

/** Installs the JavaScript peers where they are not, or are of other versions than the lockfile names. */
function installPeers(say: (line: string) => void): void {
  const lock = readFileSync(join(peersFolder, "package-lock.json"), "utf8");
  const mark = join(peersFolder, "node_modules/.installed-lock.json");
  if (existsSync(mark) && readFileSync(mark, "utf8") === lock) return;
  say("installing the JavaScript peers (apps/bench/peers), without their install scripts");
  try {
    execFileSync("npm ci --ignore-scripts --no-audit --no-fund --loglevel=error", {
      cwd: peersFolder,
      shell: true,
      stdio: ["ignore", "ignore", "pipe"],
    });
    writeFileSync(mark, lock);
  } catch (error) {
    say(`they could not be installed, and will be missing: ${error instanceof Error ? error.message : error}`);
  }
}

/** In a page, but on the processor. */
const inPage = /^chromium-(heed-\d+|tfjs-wasm)$/;

function choose({ peers, reference, chromium, node, simd, python, gpu }: BenchOptions): ContestantPlan[] {
  return allContestants({ node, simd, python, gpu }).filter(({ id }) => {
    if (id === "heed-cpu") return reference;
    if (inPage.test(id) && !chromium) return false;
    const name = id.replace(/^chromium-/, "");
    return name.startsWith("heed-") || peers === undefined || peers.some((peer) => name.startsWith(peer));
  });
}

async function main(options: BenchOptions): Promise<void> {
  const say = (line: string): void => {
    process.stderr.write(`${line}\n`);
  };
  if (options.size) {
    console.log(sizeTable(await measurePage()));
    return;
  }
  const { quick, json, save, compare, out, node } = options;
  const cases = selectCases(options.filters, { quick, gpu: options.gpu !== "none" });
  if (cases.length === 0) throw new TypeError(`No case contains ${options.filters.join(" or ")}; --list names them.`);
  if (options.list) {
    for (const { suite, name } of cases) console.log(`${suite}  ${name}`);
    return;
  }
  const base = compare === undefined ? undefined : readResult(compare);
  const contestants = choose(options);
  if (contestants.some(({ id }) => !/^(heed|torch|chromium-heed)-/.test(id))) installPeers(say);
  const start = performance.now();
  const result = await runBench({
    cases,
    contestants,
    limits: limitContestants(node),
    node,
    settings: quick
      ? { rounds: options.rounds ?? 2, blockMs: 20, warmMs: 40, budgetMs: 500, pauseMs: 0, quick }
      : { rounds: options.rounds ?? 7, blockMs: 150, warmMs: 400, budgetMs: 20_000, pauseMs: 40, quick },
    onCase: ({ suite, name }, index) => {
      const seconds = Math.round((performance.now() - start) / 1000);
      say(`[${index + 1}/${cases.length}, ${seconds} s] ${suite} ${name}`);
    },
  });
  const text = JSON.stringify(result, null, 1);
  const folder = resolve(out);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "results.json"), text);
  writeFileSync(join(folder, "report.html"), await reportPage(result));
  if (save !== undefined) writeFileSync(save, text);
  if (json) {
    console.log(text);
    return;
  }
  const width = process.stdout.columns ?? 160;
  const parts = [headerLines(result).join("\n"), suiteTables(result, width), ratioTable(result, width)];
  const trouble = troubles(result);
  if (trouble.length > 0) parts.push(["Failed:", ...trouble.map((line) => `  ${line}`)].join("\n"));
  if (base) parts.push(formatComparison(base, result, width));
  parts.push(`${join(folder, "report.html")}\n${join(folder, "results.json")}`);
  console.log(`\n${parts.filter(Boolean).join("\n\n")}`);
}

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === "help") console.log(help);
  else await main(options);
} catch (error) {
  const usage = error instanceof TypeError;
  console.error(usage ? `${error.message}\n` : error);
  process.exitCode = usage ? 2 : 1;
}

/** The size of a page by package, in kB (1000 bytes), as text. */
function sizeTable({ total, lazy, parts }: PageSize): string {
  const rows: (Size & { readonly name: string })[] = [
    ...parts,
    { name: "the page", ...total },
    { name: "loaded later, when needed", ...lazy },
  ];
  const width = Math.max(...rows.map(({ name }) => name.length));
  const kilobytes = (bytes: number): string => (bytes / 1000).toFixed(1).padStart(9);
  const line = ({ name, raw, gzip }: Size & { name: string }): string =>
    `${name.padEnd(width)}${kilobytes(raw)}${kilobytes(gzip)}`;
  return [`${"kB".padEnd(width)}${"raw".padStart(9)}${"gzip".padStart(9)}`, ...rows.map(line)].join("\n");
}
