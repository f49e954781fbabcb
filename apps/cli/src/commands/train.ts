import { existsSync } from "node:fs";
import { join } from "node:path";
import { quoted } from "@heed/core";
import { use } from "@heed/tensor";
import {
  assertPlugins,
  catalogOf,
  type DoneEvent,
  type RunConfig,
  standardInputKey,
  type TrainEvent,
  type TrainResult,
} from "@heed/train";
import { loadRun, readPlugins, readRuntime, train } from "@heed/train/node";
import { chooseBackend } from "../backends.js";
import { buildConfig, isConfigFile } from "../build-config.js";
import type { Context } from "../context.js";
import { exitCodes } from "../exit-codes.js";
import { explainError } from "../explain-error.js";
import { shellArgument } from "../format.js";
import type { Output } from "../output.js";
import { isModuleFile } from "../plugins/load-plugin.js";
import { type CliPlugins, loadPlugins, type PluginArguments, scorersOf } from "../plugins/load-plugins.js";
import { type Processes, type ProcessOptions, withProcesses } from "../processes.js";
import { LogFile } from "../progress/log-file.js";
import { startLines } from "../progress/start-lines.js";
import { summary, TrainingReport } from "../progress/training-report.js";
import { FactsRecorder } from "../report/facts-recorder.js";
import { writeRunReport } from "../report/write-run-report.js";
import { freeRunFolder, lastRunFolder } from "../run-folder.js";
import { showResults } from "../show-results.js";
import { StopRequest } from "../stop-request.js";
import { UsageError } from "../usage-error.js";
import { printMeasures } from "./evaluate.js";

/** The options of `heed train`. */
export interface TrainOptions extends PluginArguments, ProcessOptions {
  readonly set?: readonly string[];
  readonly out?: string;
  readonly backend: string;
  readonly threads?: number;
  readonly seed?: number;
  /** A name, or the file of a plug-in with a scorer. */
  readonly scorer?: string;
  /** False for `--no-fused`. */
  readonly fused: boolean;
  readonly resume?: boolean;
  /** Resume from the checkpoint before the last. */
  readonly previous?: boolean;
  /** Folder of a run whose weights are the initial ones. */
  readonly initFrom?: string;
  readonly overwrite?: boolean;
  /** Print nothing but errors. */
  readonly quiet?: boolean;
  /** A file to which all that is printed is appended, with time stamps. */
  readonly logFile?: string;
}

/** `heed train`: trains a recipe, and draws its loss and its attention. */
export async function trainCommand(
  subject: string | undefined,
  options: TrainOptions,
  context: Context,
): Promise<number> {
  return await withProcesses(options, context, (processes, context) =>
    processes && processes.rank > 0
      ? trainInto(subject, options, context, processes)
      : trainWithLog(subject, options, context, processes),
  );
}

async function trainWithLog(
  subject: string | undefined,
  options: TrainOptions,
  { io, output }: Context,
  processes: Processes | undefined,
): Promise<number> {
  const log = options.logFile === undefined ? undefined : await LogFile.open(options.logFile);
  const context = { io, output: output.with({ quiet: options.quiet === true, log }) };
  try {
    return await trainInto(subject, options, context, processes);
  } catch (error) {
    log?.write(`error: ${explainError(error, io.env).message}`);
    throw error;
  } finally {
    log?.close();
  }
}

async function trainInto(
  subject: string | undefined,
  options: TrainOptions,
  { io, output }: Context,
  processes: Processes | undefined,
): Promise<number> {
  const inAll = <T>(work: () => Promise<T>): Promise<T> => (processes ? processes.inAll(work) : work());
  const onFirst = <T>(work: () => Promise<T>): Promise<T> => (processes ? processes.onFirst(work) : work());
  const { loaded, scorer } = await inAll(() => loadScorer(options));
  const { config, out, resumed } = await onFirst(async () => {
    const planned = await plan(subject, { ...options, ...(scorer !== undefined && { scorer }) }, loaded);
    return {
      ...planned,
      resumed: options.resume ? await readRuntime(planned.out, undefined, options.previous) : null,
    };
  });
  const { backend, why } = await inAll(() => chooseBackend({ ...options, processes }, loaded.plugins, resumed));
  await use(backend);
  const again = `${io.invocation} train --out ${shellArgument(out)} --resume${loaded.options}${backendArguments(options)}`;

  const isFirst = processes === undefined || processes.rank === 0;
  const report = new TrainingReport(output);
  const recorder = new FactsRecorder(out);
  const stopping = new StopRequest(io, output, () => report.stop());
  try {
    const { initFrom: from } = options;
    const initFrom = from === undefined ? undefined : await inAll(() => loadRun(from, { plugins: loaded.plugins }));
    const result = await train({
      initFrom,
      plugins: loaded.plugins,
      sources: loaded.sources,
      config,
      out,
      resume: options.resume === true,
      previous: options.previous === true,
      overwrite: options.overwrite === true,
      signal: stopping.signal,
      collective: processes,
      on: async (event: TrainEvent) => {
        // Wait for this event: an error in the data is printed instead of these lines, not below them.
        if (event.event === "start") {
          // Its weights are copied.
          initFrom?.model.dispose();
          for (const line of startLines({ event, why, out, processes, width: output.tableWidth })) output.print(line);
        }
        const cost = report.listen(event);
        if (event.event !== "step" && event.event !== "done")
          output.event({
            ...event,
            ...cost,
            ...(event.event === "start" && processes && { processes: processes.report }),
          });
        if (isFirst) await recorder.listen(event);
      },
    });
    report.stop();
    const stops = [stopping.signal.aborted ? stopping.stoppedBy : null];
    const stop = ((await processes?.gather(stops)) ?? [stops]).flat().find((each) => each !== null);
    if (!isFirst) return 0;
    if (result.done.reason === "interrupted") {
      const page = await reportAfterStop(result, out, recorder);
      reportStopped(result, again, page, output);
      return exitCodes[stop ?? stopping.stoppedBy];
    }
    if (stop !== undefined) {
      reportWithoutFigures(result.done, `${io.invocation} report ${shellArgument(out)}${loaded.options}`, output);
      return exitCodes[stop];
    }
    await finish(result, out, recorder, loaded, { io, output });
    return 0;
  } finally {
    report.stop();
    stopping.close();
    await backend.close?.();
  }
}

/**
 * Loads the plug-ins. A file in `--scorer` stands for the plug-in and the name of its scorer.
 * @throws UsageError when the file exports several scorers
 */
async function loadScorer({ plugin = [], scorer }: TrainOptions): Promise<{ loaded: CliPlugins; scorer?: string }> {
  if (scorer === undefined || !isModuleFile(scorer)) {
    return { loaded: await loadPlugins({ plugin }), ...(scorer !== undefined && { scorer }) };
  }
  const loaded = await loadPlugins({ plugin: [...plugin, scorer] });
  const [own, ...others] = scorersOf(scorer, loaded);
  if (others.length === 0) return { loaded, scorer: own.name };
  const names = [own, ...others].map(({ name }) => name);
  throw new UsageError(
    `--scorer ${scorer}: the file has ${names.length} scorers, ${quoted(names)}. Name one: --plugin ${shellArgument(scorer)} --scorer ${own.name}`,
  );
}

/** Decides what is trained, and in which folder. */
async function plan(
  subject: string | undefined,
  options: TrainOptions,
  { plugins }: CliPlugins,
): Promise<{ config: RunConfig | undefined; out: string }> {
  if (options.previous && !options.resume) {
    throw new UsageError("--previous needs --resume: it chooses the checkpoint to resume from.");
  }
  if (options.resume) {
    const out = options.out ?? (subject === undefined ? undefined : lastRunFolder(subject));
    if (out === undefined) {
      const missing = subject === undefined ? "" : ` There is no ${join("runs", subject)}.`;
      throw new UsageError(`--resume continues a run: name its folder with --out.${missing}`);
    }
    // A missing plug-in is reported before the names that it would add.
    assertPlugins(await readPlugins(out), out, catalogOf(plugins));
    const { set, seed, scorer, fused } = options;
    const changes = set !== undefined || seed !== undefined || scorer !== undefined || !fused;
    // A recipe's name only finds the folder; a file is compared with the configuration of the run.
    const file = subject !== undefined && isConfigFile(subject) ? subject : undefined;
    const own = join(out, "config.yaml");
    // Without this file there is no run; `train` explains what the folder has.
    const base = file ?? (changes && existsSync(own) ? own : undefined);
    return { config: base === undefined ? undefined : await buildConfig({ ...options, plugins, subject: base }), out };
  }
  if (subject === undefined) {
    const names = catalogOf(plugins).recipes.names.join(", ");
    throw new UsageError(
      `Say what to train: a recipe (${names}) or a configuration file, such as \`heed train copy\`.`,
    );
  }
  const config = await buildConfig({ ...options, plugins, subject });
  const { recipe } = config;
  const usual = options.overwrite ? join("runs", recipe) : freeRunFolder(recipe);
  return { config, out: options.out ?? usual };
}

async function finish(
  result: TrainResult,
  out: string,
  { facts }: FactsRecorder,
  loaded: CliPlugins,
  context: Context,
): Promise<void> {
  const { output } = context;
  output.print();
  output.print(summary(result.done));
  if (result.test) {
    output.print();
    output.print(output.paint("bold", "Test set, with the best model"));
    printMeasures(result.test, output, loaded);
  }
  const files = await showResults(result, out, facts, loaded.options, context);
  output.event({ ...result.done, files });
}

/** Reports a training that a signal stopped after its last step. */
function reportWithoutFigures(done: DoneEvent, again: string, output: Output): void {
  output.print();
  output.print(summary(done));
  output.print(`The training is complete; the figures are skipped. To write the report:\n  ${again}`);
  output.event({ ...done, files: [] });
}

/** The options that choose the backend, for a command that resumes the run. */
function backendArguments({ backend, threads }: TrainOptions): string {
  return [backend === "auto" ? "" : ` --backend ${backend}`, threads === undefined ? "" : ` --threads ${threads}`].join(
    "",
  );
}

/** Writes the page of an interrupted run; returns its path, or null when nothing is saved. */
async function reportAfterStop(result: TrainResult, out: string, { facts }: FactsRecorder): Promise<string | null> {
  if (result.done.steps === 0) return null;
  return await writeRunReport(result, join(out, "report.html"), { history: result.history, facts });
}

/** Reports what is saved of an interrupted run. */
function reportStopped({ done, config }: TrainResult, again: string, page: string | null, output: Output): void {
  const saved = done.steps > 0;
  const input = standardInputKey(config);
  const how =
    input === undefined
      ? `To resume it:\n  ${again}`
      : `It cannot be resumed, because its data came from standard input (${input}).`;
  if (saved) output.print(`Stopped after step ${done.steps}. The run is saved up to this step. ${how}`);
  else output.print("Stopped before the first step: nothing was written.");
  if (page !== null) output.print(`The report of the training so far is in ${page}.`);
  output.event({ ...done, ...(saved && input === undefined ? { resume: again } : {}) });
}
