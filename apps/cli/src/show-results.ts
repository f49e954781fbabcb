import { join } from "node:path";
import type { TrainResult } from "@heed/train";
import { type Figure, toTerminal } from "@heed/viz";
import stringWidth from "string-width";
import { harmless, table } from "./columns.js";
import type { Context } from "./context.js";
import { shellArgument } from "./format.js";
import type { Output } from "./output.js";
import { type Example, exampleFigure, nameOf, spread, translateExamples } from "./report/examples.js";
import type { ReportFacts } from "./report/report-facts.js";
import { lossCurve } from "./report/report-figures.js";
import { writeRunReport } from "./report/write-run-report.js";
import { savePicture } from "./save-picture.js";

/** Predictions that a person compares with gold after a training. */
const SHOWN = 6;
/** A longer sentence makes no heatmap that can be read at a glance. */
const READABLE = 16;

/**
 * Shows what a model learned: predictions next to gold, a heatmap, and both figures as SVG and PNG in the run's folder, with
 * the page of the report.
 *
 * @param facts - what the report shows besides
 * @param plugins - the options `--plugin` that a command for the run needs; often none
 * @returns the files it wrote
 */
export async function showResults(
  result: TrainResult,
  folder: string,
  facts: ReportFacts | null,
  plugins: string,
  { io, output }: Context,
): Promise<string[]> {
  const examples = await translateExamples(result, spread(result.validation, SHOWN));
  output.print();
  output.print(output.paint("bold", "Validation sentences: what the best model writes, and gold"));
  const predictions = examples.map(({ sample, translation, correct }) => ({
    ...{ source: sample.source, prediction: translation.text, gold: sample.target, correct },
  }));
  for (const prediction of predictions) output.event({ event: "prediction", ...prediction });
  for (const line of predictionLines(predictions, output)) output.print(line);

  const files = await saveBoth(lossCurve(result.history), join(folder, "loss"), output);
  const best = pickExample(examples);
  const figure =
    best && exampleFigure(best, `${nameOf(result.config)}: “${best.sample.source}” → “${best.translation.text}”`);
  output.print();
  if (figure) {
    output.print(toTerminal(figure, { color: output.trueColor, width: output.width }));
    files.push(...(await saveBoth(figure, join(folder, "attention"), output)));
  } else if (examples.some(({ translation: { weights, source } }) => weights === null && source.length > 0)) {
    output.print(`The recipe ${result.config.recipe} has no attention: there are no weights to draw.\n`);
  } else {
    output.print("No validation sentence has weights to draw.\n");
  }
  files.push(await writeRunReport(result, join(folder, "report.html"), { history: result.history, facts, examples }));
  output.print(`Model and figures are in ${folder}:`);
  for (const file of files) output.print(`  ${file}`);
  const call = `${io.invocation} attend --model ${shellArgument(folder)}${plugins}`;
  if (best && figure)
    output.print(`Look at another sentence:\n  ${call} ${shellArgument(harmless(best.sample.source))}`);
  return files;
}

interface Prediction {
  readonly source: string;
  readonly prediction: string;
  readonly gold: string;
  /** The same tokens, which may be written with other spaces. */
  readonly correct: boolean;
}

/** A row for each prediction, or where the terminal is too narrow for that, three. */
function predictionLines(predictions: readonly Prediction[], output: Output): string[] {
  const rows = predictions.map(({ correct, source, prediction, gold }) => [
    correct ? "✓" : "✗",
    ...[source, prediction, gold].map(harmless),
  ]);
  const colored = (line: string): string =>
    line.replace(/^✓/, output.paint("green", "✓")).replace(/^✗/, output.paint("red", "✗"));
  const wide = table([["", "source", "written", "gold"], ...rows], Number.POSITIVE_INFINITY);
  if (wide.every((line) => stringWidth(line) <= output.width)) return wide.map(colored);
  return rows.flatMap(([mark, source, prediction, gold]) => [
    colored(`${mark}  source   ${source}`),
    `   written  ${prediction}`,
    `   gold     ${gold}`,
  ]);
}

/** The example with the longest sentence that is still easy to read. */
function pickExample(examples: readonly Example[]): Example | undefined {
  const drawable = examples.filter(({ translation: { weights, tokens } }) => weights !== null && tokens.length > 0);
  const readable = drawable.filter(
    ({ translation: { source, tokens } }) => Math.max(source.length, tokens.length) <= READABLE,
  );
  const [longest] = readable.toSorted((a, b) => b.translation.source.length - a.translation.source.length);
  return longest ?? drawable[0];
}

async function saveBoth(figure: Figure, stem: string, output: Output): Promise<string[]> {
  const files = [`${stem}.svg`, `${stem}.png`];
  for (const file of files) await savePicture(figure, file, output);
  return files;
}
