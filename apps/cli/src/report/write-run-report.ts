import type { EpochEvent, Run } from "@heed/train";
import { saveFigure } from "@heed/viz/node";
import { type Example, translateExamples } from "./examples.js";
import type { ReportFacts } from "./report-facts.js";
import { runReport } from "./run-report.js";

/** What {@link writeRunReport} writes. */
export interface WriteReportOptions {
  readonly history: readonly EpochEvent[];
  readonly facts: ReportFacts | string | null;
  /** Sentences with their translations; default: the validation sentences of the facts, which the model translates now. */
  readonly examples?: readonly Example[];
}

/**
 * Writes the page about a run into a file, whole or not at all. It contains everything that it shows.
 * @returns the path
 */
export async function writeRunReport(
  run: Run,
  file: string,
  { history, facts, examples }: WriteReportOptions,
): Promise<string> {
  const samples = facts === null || typeof facts === "string" ? [] : facts.examples;
  const page = runReport({
    config: run.config,
    parameters: run.model.parameterCount(),
    history,
    examples: examples ?? (await translateExamples(run, samples)),
    facts,
  });
  await saveFigure(page, file);
  return file;
}
