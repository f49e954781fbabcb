import { join } from "node:path";
import {
  type EpochEvent,
  encodeText,
  type RunConfig,
  type TextSample,
  type TrainResult,
  type Translation,
  translate,
} from "@heed/train";
import { type CurveFigure, curve, type Figure, type HeatmapFigure, heatmap, toTerminal } from "@heed/viz";
import { saveFigure } from "@heed/viz/node";
import { extent } from "d3-array";
import stringWidth from "string-width";
import { harmless, table } from "./columns.js";
import type { Context } from "./context.js";
import { shellArgument } from "./format.js";
import type { Output } from "./output.js";

/** Predictions that a person compares with gold after a training. */
const SHOWN = 6;
/** A longer sentence makes no heatmap that can be read at a glance. */
const READABLE = 16;

/**
 * Shows what a model learned: predictions next to gold, a heatmap, and both figures as SVG and PNG in the run's folder.
 *
 * @param plugins - the options `--plugin` that a command for the run needs; often none
 * @returns the files it wrote
 */
export async function showResults(
  result: TrainResult,
  folder: string,
  plugins: string,
  { io, output }: Context,
): Promise<string[]> {
  const samples = spread(result.validation, SHOWN);
  const translations = await translate(
    result,
    samples.map(({ source }) => source),
  );
  output.print();
  output.print(output.paint("bold", "Validation sentences: what the best model writes, and gold"));
  const predictions = samples.flatMap((sample, i) =>
    translations[i] ? [predict(sample, translations[i], result)] : [],
  );
  for (const prediction of predictions) output.event({ event: "prediction", ...prediction });
  for (const line of predictionLines(predictions, output)) output.print(line);

  const files = await saveBoth(lossCurve(result.history), join(folder, "loss"));
  const best = pickSentence(translations);
  const at = best === undefined ? -1 : translations.indexOf(best);
  const gold = samples[at] && encodeText(result, "target", samples[at].target).tokens;
  const figure = best && attentionFigure(best, `${nameOf(result.config)}: where each output token looks`, gold);
  output.print();
  if (figure) {
    output.print(toTerminal(figure, { color: output.trueColor, width: output.width }));
    files.push(...(await saveBoth(figure, join(folder, "attention"))));
  } else if (translations.some(({ weights, source }) => weights === null && source.length > 0)) {
    output.print(`The recipe ${result.config.recipe} has no attention: there are no weights to draw.\n`);
  } else {
    output.print("No validation sentence has weights to draw.\n");
  }
  output.print(`Model and figures are in ${folder}:`);
  for (const file of files) output.print(`  ${file}`);
  const call = `${io.invocation} attend --model ${shellArgument(folder)}${plugins}`;
  const example = samples[at]?.source ?? "";
  if (figure) output.print(`Look at another sentence:\n  ${call} ${shellArgument(example)}`);
  return files;
}

interface Prediction {
  readonly source: string;
  readonly prediction: string;
  readonly gold: string;
  /** The same tokens, which may be written with other spaces. */
  readonly correct: boolean;
}

function predict({ source, target }: TextSample, { text, tokens }: Translation, run: TrainResult): Prediction {
  const { vocabulary } = run.targetTokenizer;
  const written = tokens.filter((token) => token !== "<eos>");
  const { ids } = encodeText(run, "target", target);
  const gold = ids.map((id) => vocabulary.tokens[id]);
  const correct = !ids.some((id) => id === vocabulary.unkId) && written.join("\0") === gold.join("\0");
  return { source, prediction: text, gold: target, correct };
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

/** Samples from all over the list, the same ones each time. */
function spread<T>(items: readonly T[], wanted: number): T[] {
  const step = Math.max(1, items.length / wanted);
  const last = Math.min(wanted, items.length);
  return Array.from({ length: last }, (_, i) => items[Math.floor(i * step)] as T);
}

/** The longest sentence that is still easy to read. */
function pickSentence(translations: readonly Translation[]): Translation | undefined {
  const drawable = translations.filter(({ weights, tokens }) => weights !== null && tokens.length > 0);
  const longest = (list: readonly Translation[]): Translation | undefined =>
    list.toSorted((a, b) => b.source.length - a.source.length)[0];
  const readable = drawable.filter(({ source, tokens }) => Math.max(source.length, tokens.length) <= READABLE);
  return longest(readable) ?? drawable[0];
}

function lossCurve(history: readonly EpochEvent[]): CurveFigure {
  const [low = 0, high = 0] = extent(history.flatMap(({ trainLoss, validLoss }) => [trainLoss, validLoss]));
  return curve({
    series: [
      { name: "training", points: history.map(({ epoch, trainLoss }) => ({ x: epoch, y: trainLoss })) },
      { name: "validation", points: history.map(({ epoch, validLoss }) => ({ x: epoch, y: validLoss })) },
    ],
    xLabel: "epoch",
    yLabel: "loss (nats per token)",
    title: "Loss by epoch",
    // A loss that falls a hundredfold is a flat line on a linear scale.
    yScale: low > 0 && high / low > 20 ? "log" : "linear",
  });
}

async function saveBoth(figure: Figure, stem: string): Promise<string[]> {
  const files = [`${stem}.svg`, `${stem}.png`];
  for (const file of files) await saveFigure(figure, file);
  return files;
}

/** The recipe, and the task where that is another. */
function nameOf({ recipe, data }: RunConfig): string {
  return "task" in data && data.task !== recipe ? `${recipe}, task ${data.task}` : recipe;
}

/**
 * The heatmap of a translated sentence.
 *
 * @returns undefined where there are no weights: the model has no attention, or the sentence is empty
 */
function attentionFigure(
  { source, tokens, weights }: Translation,
  title: string,
  reference?: readonly string[],
): HeatmapFigure | undefined {
  if (weights === null || source.length === 0 || tokens.length === 0) return undefined;
  return heatmap({ weights, source, target: tokens, title, ...(reference ? { reference } : {}) });
}
