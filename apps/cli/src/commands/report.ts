import { join } from "node:path";
import { readHistory } from "@heed/train/node";
import type { Context } from "../context.js";
import { readFacts } from "../report/report-facts.js";
import { writeRunReport } from "../report/write-run-report.js";
import { UsageError } from "../usage-error.js";
import { type ModelOptions, withRun } from "../with-run.js";

/** The options of `heed report`. */
export interface ReportCommandOptions extends Omit<ModelOptions, "model"> {
  /** The page; default: `report.html` in the run folder. */
  readonly out?: string;
}

/** `heed report`: writes the page about a run again, from the files in its folder. */
export async function reportCommand(folder: string, options: ReportCommandOptions, context: Context): Promise<number> {
  const { output } = context;
  const file = options.out ?? join(folder, "report.html");
  if (!/\.html$/i.test(file)) throw new UsageError(`--out must be a file name that ends in .html, got ${file}.`);
  const history = await readHistory(folder, undefined, options.previous === true);
  // There are no best weights before the first epoch is complete.
  const weights = history.length === 0 ? "last" : options.weights;
  return withRun({ ...options, weights, model: folder }, context, async (run) => {
    const facts = await readFacts(folder);
    if (typeof facts === "string") {
      output.event({ event: "notice", message: facts });
      output.print(output.paint("yellow", `note: ${facts}`));
    }
    await writeRunReport(run, file, { history, facts });
    output.print(`The report is in ${file}.`);
    output.event({ event: "done", file });
    return 0;
  });
}
