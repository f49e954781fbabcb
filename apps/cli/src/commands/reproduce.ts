import { existsSync } from "node:fs";
import { join } from "node:path";
import { use } from "@heed/tensor";
import { assertWritableFolder } from "@heed/train/node";
import { chooseBackend } from "../backends.js";
import { table } from "../columns.js";
import type { Context } from "../context.js";
import { exitCodes } from "../exit-codes.js";
import { decimal, duration, plural } from "../format.js";
import { Interrupted } from "../on-interrupt.js";
import { type Processes, type ProcessOptions, withProcesses } from "../processes.js";
import { startLines } from "../progress/start-lines.js";
import { TrainingReport } from "../progress/training-report.js";
import { reproduce } from "../reproduce/reproduce.js";
import type { Reproduction } from "../reproduce/reproduction.js";
import { findReproductions, reproductions } from "../reproduce/reproductions.js";
import type { ValidationValue } from "../reproduce/result.js";
import { describeChoice, readResult, updatePage } from "../reproduce/results-table.js";
import { StopRequest } from "../stop-request.js";

/** The options of `heed reproduce`. */
export interface ReproduceOptions extends ProcessOptions {
  readonly list?: boolean;
  readonly data?: string;
  readonly out: string;
  readonly seed: number;
  readonly quick?: boolean;
  readonly table?: string;
  readonly backend: string;
  readonly threads?: number;
}

/** `heed reproduce`: trains models of published results, and measures them on the same test sets. */
export async function reproduceCommand(
  names: readonly string[],
  options: ReproduceOptions,
  context: Context,
): Promise<number> {
  const { output } = context;
  if (options.table !== undefined) {
    const results = await updatePage(options.table);
    output.print(`${options.table}: table of ${plural(results, "result")}`);
    output.event({ event: "done", page: options.table, results });
    return 0;
  }
  if (options.list === true || names.length === 0) {
    list(context);
    return 0;
  }
  const rows = [...new Set(names.flatMap((name) => findReproductions(name)))];
  return await withProcesses(options, context, async (processes, context) => {
    const { rank = 0, size = 1 } = processes ?? {};
    const own = rows.filter((_, i) => i % size === rank);
    const results: string[] = [];
    const exitCode = await reproduceRows(own, { ...options, processes }, context, results);
    const others = (await processes?.gather(results))?.slice(1).flat() ?? [];
    for (const line of others) context.output.print(line);
    return exitCode;
  });
}

function list({ output }: Context): void {
  const rows = reproductions.map(({ name, data, model }) => [name, data, model]);
  for (const line of table(rows, output.tableWidth)) output.print(line);
  for (const { name, data, model, anchor, goal, notes } of reproductions) {
    output.event({ event: "reproduction", name, data, model, anchor, goal, notes });
  }
}

/** Makes results, which share out nothing: each is of one process. Adds a line about each one to `results`. */
async function reproduceRows(
  rows: readonly Reproduction[],
  options: ReproduceOptions & { readonly processes: Processes | undefined },
  { io, output }: Context,
  results: string[],
): Promise<number> {
  const { data, seed, quick = false } = options;
  await assertWritableFolder(options.out);
  // Data that is missing is reported before the first training, which may take hours.
  if (rows.length > 1) for (const row of rows) await row.prepare({ data, seed });
  const { backend, why } = await chooseBackend(options);
  await use(backend);
  let report = new TrainingReport(output);
  const stopping = new StopRequest(io, output, () => report.stop());
  try {
    for (const row of rows) {
      const out = join(options.out, row.name, `${quick ? "quick-" : ""}seed-${seed}`);
      output.print(`\n${output.paint("bold", `heed reproduce ${row.name}`)} → ${out}`);
      const file = join(out, "result.json");
      if (existsSync(file)) {
        const { value, metric } = await readResult(file);
        output.print(`This result exists: ${metric} ${decimal(value, 4)}. To make it again, remove ${out}.`);
        continue;
      }
      report = new TrainingReport(output);
      const result = await reproduce(row, {
        ...{ out, data, seed, quick, signal: stopping.signal },
        on(event) {
          if (event.event === "start") {
            for (const line of startLines({ event, why, out, width: output.tableWidth })) output.print(line);
          }
          const cost = report.listen(event);
          if (event.event !== "step" && event.event !== "done") output.event({ ...event, ...cost, name: row.name });
        },
        onValidation(value) {
          report.stop();
          output.print(`on validation data, ${described(value)}`);
          output.event({ event: "validation", name: row.name, ...value });
        },
      });
      const measures = Object.entries(result.test).map(([name, value]) => `${name} ${decimal(value, 4)}`);
      const goal = row.goal === null ? "" : ` (goal: ${row.metric.better === "higher" ? "≥" : "≤"} ${row.goal})`;
      output.print(output.paint("bold", `on test data, ${measures.join(", ")}${goal}`));
      output.print(`${duration(1000 * result.wallSeconds)}, written to ${file}`);
      output.event({ event: "result", ...result, file });
      results.push(`${row.name}: on test data, ${measures.join(", ")}${goal}, written to ${file}`);
    }
    output.event({ event: "done", names: rows.map(({ name }) => name) });
    return 0;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    output.print("Stopped. The training is saved: the same command resumes it.");
    output.event({ event: "done", interrupted: true });
    return exitCodes[stopping.stoppedBy];
  } finally {
    report.stop();
    stopping.close();
    await backend.close?.();
  }
}

function described({ measures, ...choice }: ValidationValue): string {
  const values = Object.entries(measures).map(([name, value]) => `${name} ${decimal(value, 4)}`);
  return `${describeChoice(choice)}: ${values.join(", ")}`;
}
