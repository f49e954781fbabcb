import type { Extension } from "@heed/core";
import { readFile } from "@heed/datasets/node";
import { readPairs } from "@heed/datasets/text";
import { metricsOf } from "@heed/metrics";
import { evaluate, type PluginOptions, type TestMeasures } from "@heed/train";
import { table } from "../columns.js";
import type { Context } from "../context.js";
import { count, decimal, percent, plural } from "../format.js";
import { namesIn } from "../names-in.js";
import type { Output } from "../output.js";
import { nameEncodingOption } from "../read-lines.js";
import { UsageError } from "../usage-error.js";
import { type ModelOptions, withRun } from "../with-run.js";

/** The options of `heed evaluate`. */
export interface EvaluateOptions extends ModelOptions {
  readonly src: string;
  readonly ref: string;
  /** A label of `TextDecoder`; default: UTF-8. */
  readonly encoding?: string;
  /** Names of metrics, separated by commas; default: all. */
  readonly metrics?: string;
}

/** `heed evaluate`: how well a model translates a file whose translation is known. */
export async function evaluateCommand(
  { src, ref, encoding, metrics, ...options }: EvaluateOptions,
  context: Context,
): Promise<number> {
  const { output } = context;
  const { pairs, report } = await nameEncodingOption(readPairs({ source: src, target: ref, encoding }, readFile));
  return withRun(options, context, async (run, { plugins }) => {
    const chosen = metrics === undefined ? undefined : namedMetrics(metrics, plugins);
    const { translations: _, ...measures } = await evaluate(run, pairs, { plugins, metrics: chosen });
    if (measures.emptyPairs > 0) {
      const lines = `${report.empty.slice(0, 10).join(", ")}${report.empty.length > 10 ? ", …" : ""}`;
      const where = lines === "" ? "" : ` (line ${lines})`;
      const message = `Counted in every measure, although a side is empty: ${plural(measures.emptyPairs, "pair")}${where}. An empty line is always translated as an empty line.`;
      output.event({ event: "notice", message });
      output.print(output.paint("yellow", `note: ${message}`));
    }
    printMeasures(measures, output, { plugins });
    output.event({ event: "done", ...measures });
    return 0;
  });
}

/** @throws UsageError when there is no such metric */
function namedMetrics(text: string, plugins: readonly Extension[]): string[] {
  const names = namesIn(text);
  if (names.length === 0) throw new UsageError("--metrics must be names separated by commas, got none.");
  try {
    return names.map((name) => metricsOf(plugins).get(name).name);
  } catch (error) {
    throw new UsageError(`--metrics: ${(error as Error).message}`, { cause: error });
  }
}

/** Prints the measures of a model as a table. */
export function printMeasures(measures: TestMeasures, output: Output, { plugins }: PluginOptions): void {
  const metrics = metricsOf(plugins);
  const rows = [
    ["pairs", count(measures.pairs), ""],
    ["loss", decimal(measures.loss), "nats per target token, <eos> included"],
    ["perplexity", decimal(measures.perplexity, 2), "e to the loss"],
    ["token accuracy", percent(measures.tokenAccuracy), "each token given the gold ones before it"],
    ...Object.entries(measures.metrics).map(([name, value]) => [name, decimal(value, 2), metrics.get(name).summary]),
  ];
  for (const line of table(rows, output.tableWidth)) output.print(line);
}
