import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Random } from "@heed/core";
import { type Part, type Session, TortureError } from "./part.js";

/** Options of {@link torture}. */
export interface TortureOptions {
  readonly root: string;
  readonly seed: number;
  /** Time for each part, in seconds. */
  readonly seconds: number;
  /** Rounds for each part at most. */
  readonly rounds?: number;
  /** The number of the first round; a failure names it. */
  readonly first?: number;
  /** Where failures are written. */
  readonly failures: string;
  /** Called with each line of the report. */
  print(line: string): void;
}

/** The result of a part. */
export interface PartResult {
  readonly part: string;
  readonly rounds: number;
  readonly seconds: number;
  readonly counts: ReadonlyMap<string, number>;
  readonly failures: number;
  /** Why the part did not run. */
  readonly skipped?: string;
}

/** A part that fails this often stops. */
const MOST_FAILURES = 10;

/** Runs the parts one after the other. A failure does not stop the others. */
export async function torture(parts: readonly Part[], options: TortureOptions): Promise<PartResult[]> {
  const results: PartResult[] = [];
  for (const part of parts) {
    options.print(`${part.name}: ${part.summary}`);
    results.push(await runPart(part, options));
  }
  return results;
}

async function runPart(part: Part, options: TortureOptions): Promise<PartResult> {
  const folder = mkdtempSync(join(tmpdir(), `heed-torture-${part.name}-`));
  const counts = new Map<string, number>();
  const start = performance.now();
  const seconds = (): number => (performance.now() - start) / 1000;
  const over = (): boolean => seconds() >= options.seconds;
  const count = (what: string, howMany = 1): void => void counts.set(what, (counts.get(what) ?? 0) + howMany);
  const first = options.first ?? 1;
  let rounds = 0;
  let failures = 0;
  const attempt = async (work: () => Promise<void> | void, round: number): Promise<void> => {
    try {
      await work();
    } catch (error) {
      failures++;
      report(part, error, round, options);
    }
  };
  try {
    let session: Session | string | undefined;
    await attempt(async () => {
      session = await part.start({ root: options.root, folder, count, over });
    }, first);
    if (typeof session === "string") {
      options.print(`  not run: ${session}`);
      return { part: part.name, rounds, seconds: seconds(), counts, failures, skipped: session };
    }
    const { round, end } = { round: session?.round.bind(session), end: session?.end?.bind(session) };
    const last = options.rounds ?? Number.POSITIVE_INFINITY;
    while (round && rounds < last && failures < MOST_FAILURES && (rounds === 0 || !over())) {
      const number = first + rounds++;
      await attempt(() => round(Random.derive(options.seed, number), number), number);
    }
    if (end) await attempt(end, first);
    return { part: part.name, rounds, seconds: seconds(), counts, failures };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Prints a failure, and writes it to the folder of failures with the command that repeats it. */
function report(part: Part, error: unknown, round: number, { seed, failures, print }: TortureOptions): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const repeat = `npm run torture -- --only ${part.name} --seed ${seed} --first ${round} --rounds 1`;
  const folder = join(failures, `${part.name}-${seed}-${round}`);
  const files = { "failure.txt": `${text}\n\n${repeat}\n`, ...(error instanceof TortureError ? error.files : {}) };
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  print(`  FAIL ${error instanceof Error ? error.message : text}`);
  print(`       ${folder}; repeat: ${repeat}`);
}

/** The results as a table, a line for each part. */
export function resultTable(results: readonly PartResult[]): string[] {
  const rows = [["part", "rounds", "seconds", "failures", "counts"]];
  for (const { part, rounds, seconds, failures, counts, skipped } of results) {
    const counted = [...counts].map(([what, howMany]) => `${howMany.toLocaleString("en-US")} ${what}`);
    const text = skipped === undefined ? counted.join(", ") : `not run: ${skipped}`;
    rows.push([part, String(rounds), seconds.toFixed(0), String(failures), text]);
  }
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const numeric = new Set([1, 2, 3]);
  return rows.map((row) =>
    row
      .map((cell, column) => (numeric.has(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join("  ")
      .trimEnd(),
  );
}
