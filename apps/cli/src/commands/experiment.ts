import { use } from "@heed/tensor";
import { catalogOf } from "@heed/train";
import { assertWritableFolder } from "@heed/train/node";
import { toTerminal } from "@heed/viz";
import type { SingleBar } from "cli-progress";
import { chooseBackend, describeBackend } from "../backends.js";
import { pad, table } from "../columns.js";
import type { Context } from "../context.js";
import { exitCodes } from "../exit-codes.js";
import { alignment } from "../experiments/alignment.js";
import type { AnyExperiment, Choices, Watch } from "../experiments/experiment.js";
import { grid } from "../experiments/grid.js";
import { length } from "../experiments/length.js";
import { repetition } from "../experiments/repetition.js";
import type { ExperimentName } from "../experiments/summaries.js";
import { writeReport } from "../experiments/write-report.js";
import { shellArgument } from "../format.js";
import { namesIn } from "../names-in.js";
import { Interrupted, type StopSignal } from "../on-interrupt.js";
import type { Output } from "../output.js";
import { isModuleFile } from "../plugins/load-plugin.js";
import { type CliPlugins, loadPlugins, type PluginArguments, scorersOf } from "../plugins/load-plugins.js";
import { progressBar } from "../progress-bar.js";
import { freeRunFolder } from "../run-folder.js";
import { UsageError } from "../usage-error.js";
import { version } from "../version.js";

/** The options of `heed experiment`. */
export interface ExperimentOptions extends PluginArguments {
  readonly scorers?: string;
  readonly recipes?: string;
  readonly normalizers?: string;
  readonly task?: string;
  readonly seed?: number;
  readonly quick?: boolean;
  readonly out?: string;
  readonly backend: string;
  readonly threads?: number;
}

/** Columns for the number and name of a model, so that the lines of most stand below each other. */
const LABEL_WIDTH = 26;

/** `heed experiment`: trains several models alike, and shows in which they differ. */
export async function experimentCommand(
  name: ExperimentName,
  options: ExperimentOptions,
  { io, output }: Context,
): Promise<number> {
  const experiment = experiments[name];
  const files = namesIn(options.scorers ?? "").filter(isModuleFile);
  const loaded = await loadPlugins({ plugin: [...(options.plugin ?? []), ...files] });
  const choices = readChoices(experiment, options, loaded);
  const out = options.out ?? freeRunFolder(name, "experiments");
  await assertWritableFolder(out);
  const { backend, why } = await chooseBackend(options, loaded.plugins);
  await use(backend);
  output.print(`${output.paint("bold", `heed experiment ${name}`)} → ${out}`);
  output.print(`runs on  ${describeBackend(backend.report())} (${why})\n`);
  const stopping = new AbortController();
  const watch = watcher(output, stopping.signal);
  let stoppedBy: StopSignal = "SIGINT";
  const stopListening = io.onInterrupt((signal) => {
    stoppedBy = signal;
    stopping.abort();
    watch.stop();
    output.print("Stopping after this step. Press Ctrl-C again to stop at once.");
  });
  try {
    const report = await experiment.conduct(choices, watch);
    const command = commandOf(name, options);
    const setting = { title: experiment.title, command, version, backend: describeBackend(backend.report()) };
    const files = await writeReport(report, out, setting);
    output.print();
    for (const line of report.results.about) output.print(`${line}\n`);
    const [heading = "", ...lines] = table(report.table, output.tableWidth);
    output.print(output.paint("bold", heading));
    for (const line of lines) output.print(line);
    const { plot } = report.figures;
    if (plot) output.print(`\n${toTerminal(plot, { color: output.trueColor, width: output.width })}`);
    output.print("Written:");
    for (const file of files) output.print(`  ${file}`);
    output.event({ event: "done", ...report.results, folder: out, files });
    return 0;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    output.print("Stopped: nothing was written.");
    output.event({ event: "done", experiment: name, interrupted: true });
    return exitCodes[stoppedBy];
  } finally {
    watch.stop();
    stopListening();
    await backend.close?.();
  }
}

/** @throws UsageError naming the option whose value is unknown, or that the experiment does not take */
function readChoices(experiment: AnyExperiment, options: ExperimentOptions, loaded: CliPlugins): Choices {
  for (const key of ["scorers", "recipes", "normalizers", "task"] as const) {
    if (options[key] === undefined || experiment.takes.includes(key)) continue;
    throw new UsageError(`heed experiment ${experiment.name} takes no --${key}.`);
  }
  const { scorers, normalizers, recipes, tasks } = catalogOf(loaded.plugins);
  const listed = <T extends { readonly name: string }>(
    option: "scorers" | "recipes" | "normalizers",
    find: (name: string) => readonly T[],
  ) => {
    const text = options[option];
    if (text === undefined) return undefined;
    const found = namesIn(text).flatMap((name) => named(`--${option}`, () => find(name)));
    if (found.length === 0) throw new UsageError(`--${option} must be names separated by commas, got none.`);
    return [...new Map(found.map((one) => [one.name, one])).values()];
  };
  return {
    seed: options.seed ?? 0,
    quick: options.quick === true,
    task: options.task === undefined ? undefined : named("--task", () => tasks.get(options.task!)),
    plugins: loaded.plugins,
    scorers: listed("scorers", (name) => (isModuleFile(name) ? scorersOf(name, loaded) : [scorers.get(name)])),
    normalizers: listed("normalizers", (name) => [normalizers.get(name)]),
    recipes: listed("recipes", (name) => [recipes.get(name)]),
  };
}

function named<T>(option: string, find: () => T): T {
  try {
    return find();
  } catch (error) {
    throw new UsageError(`${option}: ${(error as Error).message}`, { cause: error });
  }
}

/** The command that does the same again. */
function commandOf(
  name: string,
  { backend: _, threads: _threads, out: _out, quick, ...options }: ExperimentOptions,
): string {
  const more = Object.entries(options).flatMap(([key, value]) =>
    [value].flat().map((one) => `--${key} ${shellArgument(String(one))}`),
  );
  return ["heed experiment", name, ...(quick ? ["--quick"] : []), ...more].join(" ");
}

/** Tells a person, or a program, how an experiment goes: a line a model, and in a terminal a bar. */
function watcher(output: Output, signal: AbortSignal): Watch & { stop(): void } {
  let bar: SingleBar | undefined;
  let label = "";
  const stop = (): void => {
    bar?.stop();
    bar = undefined;
  };
  return {
    signal,
    stop,
    begin(name, index, count) {
      label = `${index + 1}/${count} ${name}`;
      output.event({ event: "begin", name, index, count });
    },
    progress(done, total) {
      if (signal.aborted) return;
      if (!bar) {
        bar = progressBar(output, "  {label} {bar} {value}/{total} steps", label.length + 24);
        bar?.start(total, 0, { label });
      }
      bar?.update(done);
    },
    end(result, line) {
      stop();
      output.event({ event: "result", ...result });
      output.print(`${pad(label, LABEL_WIDTH)}  ${line}`);
    },
  };
}

/** What `heed experiment` can be given. */
const experiments: Readonly<Record<ExperimentName, AnyExperiment>> = { length, grid, repetition, alignment };
