import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DataError } from "@heed/datasets";
import { readFile } from "@heed/datasets/node";
import { readLines, readPairs } from "@heed/datasets/text";
import { metricsOf, parsePharaoh, parseScoredPositions } from "@heed/metrics";
import type { PluginOptions, Run, TestMeasures, TextSample } from "@heed/train";
import { assertWritableFolder } from "@heed/train/node";
import { saveFigure } from "@heed/viz/node";
import { table } from "../columns.js";
import type { Context } from "../context.js";
import { type AlignmentQuality, alignmentQuality, type GoldLinks, parseLines } from "../evaluate/alignment-quality.js";
import type { significanceTests } from "../evaluate/choices.js";
import { type Comparison, compareSystems, sameReferences } from "../evaluate/compare-systems.js";
import { comparisonPage } from "../evaluate/comparison-page.js";
import { chooseMeasures, type MeasureArguments } from "../evaluate/measures.js";
import { printComparison } from "../evaluate/print-comparison.js";
import { fileNames, type System, systemNames, systemOfFile, systemOfRun } from "../evaluate/system.js";
import { count, decimal, percent, plural } from "../format.js";
import { namesIn } from "../names-in.js";
import type { Output } from "../output.js";
import { type CliPlugins, loadPlugins } from "../plugins/load-plugins.js";
import { nameEncodingOption } from "../read-lines.js";
import { replaceFile } from "../replace-file.js";
import { asUsageError, type SearchArguments, searchSettings } from "../search-arguments.js";
import { oneLine, writeMessage } from "../terminal-safe.js";
import { UsageError } from "../usage-error.js";
import { type ModelOptions, withRuns } from "../with-run.js";

/** The options of `heed evaluate`. */
export interface EvaluateOptions extends Omit<ModelOptions, "model">, MeasureArguments, SearchArguments {
  /** Folders, separated by commas. */
  readonly model?: string;
  /** Files of translations, separated by commas. */
  readonly hypotheses?: string;
  readonly src: string;
  readonly ref: string;
  /** A label of `TextDecoder`; default: UTF-8. */
  readonly encoding?: string;
  readonly test: (typeof significanceTests)[number];
  readonly samples: number;
  readonly trials: number;
  readonly examples: number;
  /** A file in Pharaoh format. */
  readonly alignments?: string;
  /** Number of the first word of a sentence in it. */
  readonly alignmentsFirst: "0" | "1";
  /** A file with the positions that count. */
  readonly alignmentsScored?: string;
  /** A folder for translations and results. */
  readonly output?: string;
  /** A file for the page. */
  readonly report?: string;
}

/** `heed evaluate`: how well models translate a file whose translation is known, and how they differ. */
export async function evaluateCommand(options: EvaluateOptions, context: Context): Promise<number> {
  const { output } = context;
  const { src, ref, encoding } = options;
  const search = searchSettings(options);
  await checkOptions(options);
  const { pairs, report } = await nameEncodingOption(readPairs({ source: src, target: ref, encoding }, readFile));
  if (pairs.length === 0) throw new DataError(`${src} and ${ref} must have at least one line, got none.`);
  const files = namesIn(options.hypotheses ?? "");
  const folders = namesIn(options.model ?? "");
  const names = systemNames([...folders, ...files]);
  const read = (path: string) => nameEncodingOption(readLines(path, readFile, { encoding }));
  const ofFiles: System[] = [];
  for (const [i, path] of files.entries()) {
    ofFiles.push(systemOfFile(path, names[folders.length + i]!, await read(path), pairs));
  }
  const gold = await readGold(options, pairs.length);

  const compare = async (runs: readonly Run[], { plugins }: CliPlugins): Promise<number> => {
    const measures = chooseMeasures(options, plugins);
    const ofRuns: System[] = [];
    for (const [i, run] of runs.entries()) {
      const system = systemOfRun(run, names[i]!, pairs, search).catch((error: unknown) => {
        throw asUsageError(error);
      });
      ofRuns.push(await system);
    }
    const systems = [...ofRuns, ...ofFiles];
    const qualities = await alignmentQualities(runs, pairs, gold);
    const { test, samples, trials, examples, lowercase = false } = options;
    const comparison = compareSystems(systems, qualities, { measures, lowercase, test, samples, trials, examples });
    const empty = comparison.results.emptyPairs;
    if (empty > 0) note(emptyNote(empty, report.empty), output);
    for (const message of notesOf(comparison, lowercase, gold !== null)) note(message, output);
    printComparison(comparison, output);
    const written = await writeFiles(comparison, options);
    output.event({ event: "done", ...comparison.results, ...written });
    if (Object.keys(written).length > 0) output.print();
    if (written.output !== undefined) output.print(`Translations and results.json are in ${written.output}.`);
    if (written.report !== undefined) output.print(`Open ${written.report} in a browser.`);
    return reportErrors(systems, context);
  };
  return options.model === undefined
    ? compare([], await loadPlugins(options))
    : withRuns({ ...options, model: options.model }, context, compare);
}

/** Checks options that do not fit together, and the places of files, before anything is translated. */
async function checkOptions(options: EvaluateOptions): Promise<void> {
  const { model, hypotheses, output, report, alignments, alignmentsScored } = options;
  if (model === undefined && hypotheses === undefined) {
    throw new UsageError("Name what is evaluated: --model runs/x for a trained run, or --hypotheses file.txt.");
  }
  if (hypotheses !== undefined && namesIn(hypotheses).length === 0) {
    throw new UsageError("--hypotheses must be files separated by commas, got none.");
  }
  if (alignments !== undefined && model === undefined) {
    throw new UsageError("--alignments measures the attention of models, got none. Name them by --model.");
  }
  if (alignmentsScored !== undefined && alignments === undefined) {
    throw new UsageError("--alignments-scored needs --alignments, got none. Name the file with the links.");
  }
  if (report !== undefined && !/\.html$/i.test(report)) {
    throw new UsageError(`--report ${report}: the name of the page must end in .html.`);
  }
  if (output !== undefined) await assertWritableFolder(output);
  if (report !== undefined) await assertWritableFolder(dirname(report));
}

/** Reads the files of `--alignments` and `--alignments-scored`. */
async function readGold(
  { alignments, alignmentsScored, alignmentsFirst, encoding }: EvaluateOptions,
  pairs: number,
): Promise<GoldLinks | null> {
  if (alignments === undefined) return null;
  const parse = async <T>(path: string, parseLine: (line: string) => T): Promise<T[]> =>
    parseLines(path, await nameEncodingOption(readLines(path, readFile, { encoding })), pairs, parseLine);
  const first = alignmentsFirst === "1" ? 1 : 0;
  return {
    gold: await parse(alignments, (line) => parsePharaoh(line, { first })),
    ...(alignmentsScored !== undefined && {
      scored: await parse(alignmentsScored, (line) => parseScoredPositions(line, { first })),
    }),
  };
}

async function alignmentQualities(
  runs: readonly Run[],
  pairs: readonly TextSample[],
  gold: GoldLinks | null,
): Promise<(AlignmentQuality | null)[]> {
  const qualities: (AlignmentQuality | null)[] = [];
  if (gold !== null) for (const run of runs) qualities.push(await alignmentQuality(run, pairs, gold));
  return qualities;
}

function note(message: string, output: Output): void {
  output.event({ event: "notice", message });
  output.print(output.paint("yellow", `note: ${message}`));
}

function emptyNote(pairs: number, empty: readonly number[]): string {
  const lines = `${empty.slice(0, 10).join(", ")}${empty.length > 10 ? ", …" : ""}`;
  const where = lines === "" ? "" : ` (line ${lines})`;
  return `Counted in every measure, although a side is empty: ${plural(pairs, "pair")}${where}. An empty line is always translated as an empty line.`;
}

/** What a reader of the numbers must know. */
function notesOf({ systems, results }: Comparison, lowercase: boolean, aligned: boolean): string[] {
  const [first, ...others] = systems;
  const different = others.filter((system) => !sameReferences(system, first!, lowercase)).map(({ name }) => name);
  const unaligned = results.systems.filter(({ loss, alignment }) => aligned && loss !== null && alignment === null);
  const skipped = results.systems.filter(({ alignment }) => alignment && alignment.skipped > 0);
  return [
    ...(different.length === 0
      ? []
      : [
          `Not tested against ${first!.name}, since one of the two lower-cases its references: ${different.join(", ")}. Add --lowercase to compare them.`,
        ]),
    ...unaligned.map(({ name }) => `There is no alignment error rate of ${name}, since this model has no attention.`),
    ...skipped.map(
      ({ name, alignment }) =>
        `The alignment error rate of ${name} leaves out ${plural(alignment!.skipped, "pair")}, whose words differ from those between white space or which the model cannot process.`,
    ),
  ];
}

/** Writes what `--output` and `--report` ask for. Returns the places. */
async function writeFiles(
  comparison: Comparison,
  { output, report, src, ref, model, hypotheses, weights, beam, sample }: EvaluateOptions,
): Promise<{ output?: string; report?: string }> {
  if (output !== undefined) {
    await mkdir(output, { recursive: true });
    const files = fileNames(comparison.systems.map(({ name }) => name));
    for (const [i, { compared }] of comparison.systems.entries()) {
      const lines = compared.hypotheses.map((line) => `${oneLine(line)}\n`);
      await replaceFile(join(output, `${files[i]}.txt`), lines.join(""));
    }
    await replaceFile(join(output, "results.json"), `${JSON.stringify(comparison.results, null, 2)}\n`);
  }
  if (report !== undefined) {
    const search = beam === undefined ? (sample ? "sampling" : "greedy search") : `beam of ${beam}`;
    const facts: [string, string][] = [
      ["source", src],
      ["reference", ref],
      ...(model === undefined
        ? []
        : ([
            ["models", model],
            ["weights", weights],
            ["search", search],
          ] as [string, string][])),
      ...(hypotheses === undefined ? [] : [["files", hypotheses] as [string, string]]),
    ];
    await saveFigure(comparisonPage(comparison, facts), report);
  }
  return { ...(output !== undefined && { output }), ...(report !== undefined && { report }) };
}

/** Lines with an error that are printed for each model. */
const SHOWN = 10;

/** Reports lines that models cannot process, and returns the exit code. */
function reportErrors(systems: readonly System[], { io, output }: Context): number {
  const failed = systems.filter(({ errors }) => errors.length > 0);
  if (output.json) return failed.length === 0 ? 0 : 1;
  for (const { name, errors } of failed) {
    const whose = systems.length === 1 ? "" : ` (${name})`;
    for (const { index, message } of errors.slice(0, SHOWN)) {
      writeMessage(io.stderr, `line ${index + 1}: error: ${message}${whose}\n`);
    }
    const more = errors.length > SHOWN ? `${count(errors.length - SHOWN)} more lines have errors. ` : "";
    const message = `${more}Lines with errors count as empty translations, and not in the loss: ${count(errors.length)}${whose}.`;
    writeMessage(io.stderr, `note: ${message}\n`);
  }
  return failed.length === 0 ? 0 : 1;
}

/** Prints the measures of a model on its test set as a table. */
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
