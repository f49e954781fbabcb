import { join, relative } from "node:path";
import { use } from "@heed/tensor";
import {
  type AnyRecipe,
  builtInRecipes,
  type DoneEvent,
  standardInputKey,
  type TrainEvent,
  type TrainResult,
} from "@heed/train";
import { readPlugins, train } from "@heed/train/node";
import { chooseBackend, describeBackend } from "../backends.js";
import { type BuiltConfig, buildConfig, isConfigFile } from "../build-config.js";
import type { Context } from "../context.js";
import type { Output } from "../output.js";
import { freeRunFolder, lastRunFolder } from "../run-folder.js";
import { scorerWanted } from "../run-scorers.js";
import { shellArgument } from "../shell-argument.js";
import { showResults } from "../show-results.js";
import { summary, TrainingReport } from "../training-report.js";
import { UsageError } from "../usage-error.js";
import { printMeasures } from "./evaluate.js";

/** The options of `heed train`. */
export interface TrainOptions {
  readonly set?: readonly string[];
  readonly out?: string;
  readonly backend: string;
  readonly threads?: number;
  readonly seed?: number;
  readonly scorer?: string;
  /** False for `--no-fused`. */
  readonly fused: boolean;
  readonly resume?: boolean;
  readonly overwrite?: boolean;
}

/** Exit code of a command that Ctrl-C ended, as in shells: 128 + SIGINT. */
const INTERRUPTED = 130;

/** `heed train`: trains a recipe, and draws its loss and its attention. */
export async function trainCommand(
  subject: string | undefined,
  options: TrainOptions,
  { io, output }: Context,
): Promise<number> {
  const { built, out } = await plan(subject, options);
  const { backend, why } = await chooseBackend(options);
  await use(backend);
  const own = built?.own;
  const scorer = own ? ` --scorer ${shellArgument(relative(".", own.source.specifier))}` : "";
  const again = `${io.invocation} train --out ${shellArgument(out)} --resume${scorer}${backendArguments(options)}`;

  const report = new TrainingReport(output);
  const stopping = new AbortController();
  const stopListening = io.onInterrupt(() => {
    stopping.abort();
    report.stop();
    output.print("Stopping after this step. Press Ctrl-C again to stop at once.");
  });
  try {
    const result = await train({
      ...(built ? { config: built.config } : {}),
      ...(own ? { plugins: [own.scorer], sources: new Map([[own.scorer, own.source]]) } : {}),
      out,
      resume: options.resume === true,
      overwrite: options.overwrite === true,
      signal: stopping.signal,
      on: (event: TrainEvent) => {
        // Wait for this event: an error in the data is printed instead of these lines, not below them.
        if (event.event === "start") {
          output.print(`${output.paint("bold", `heed train ${event.recipe}`)} → ${out}`);
          output.print(`runs on  ${describeBackend(event.backend)} (${why})`);
        }
        report.listen(event);
        if (event.event !== "step" && event.event !== "done") output.event(event);
      },
    });
    report.stop();
    if (result.done.reason === "interrupted") return interrupted(result, again, output);
    if (stopping.signal.aborted) return withoutFigures(result.done, output);
    return await finished(result, out, scorer, { io, output });
  } finally {
    report.stop();
    stopListening();
    await backend.close?.();
  }
}

/** Decides what is trained, and in which folder. */
async function plan(
  subject: string | undefined,
  options: TrainOptions,
): Promise<{ built: BuiltConfig | undefined; out: string }> {
  if (options.resume) {
    const out = options.out ?? (subject === undefined ? undefined : lastRunFolder(subject));
    if (out === undefined) {
      const missing = subject === undefined ? "" : ` There is no ${join("runs", subject)}.`;
      throw new UsageError(`--resume continues a run: name its folder with --out.${missing}`);
    }
    const source = options.scorer === undefined ? (await readPlugins(out))[0] : undefined;
    if (source !== undefined) throw scorerWanted(out, source);
    const { set, seed, scorer, fused } = options;
    const changes = set !== undefined || seed !== undefined || scorer !== undefined || !fused;
    // A recipe's name only finds the folder; a file is compared with the configuration of the run.
    const file = subject !== undefined && isConfigFile(subject) ? subject : undefined;
    const base = file ?? (changes ? join(out, "config.yaml") : undefined);
    return { built: base === undefined ? undefined : await buildConfig({ ...options, subject: base }), out };
  }
  if (subject === undefined) {
    const names = builtInRecipes.map((recipe: AnyRecipe) => recipe.name).join(", ");
    throw new UsageError(
      `Say what to train: a recipe (${names}) or a configuration file, such as \`heed train copy\`.`,
    );
  }
  const built = await buildConfig({ ...options, subject });
  const { recipe } = built.config;
  const usual = options.overwrite ? join("runs", recipe) : freeRunFolder(recipe);
  return { built, out: options.out ?? usual };
}

async function finished(result: TrainResult, out: string, scorer: string, context: Context): Promise<number> {
  const { output } = context;
  output.print();
  output.print(summary(result.done));
  if (result.test) {
    output.print();
    output.print(output.paint("bold", "Test set, with the best model"));
    printMeasures(result.test, output);
  }
  const files = await showResults(result, out, scorer, context);
  output.event({ ...result.done, files });
  return 0;
}

/** Reports a training that Ctrl-C ended after its last step. */
function withoutFigures(done: DoneEvent, output: Output): number {
  output.print();
  output.print(summary(done));
  output.print("The training is complete; the figures are skipped.");
  output.event({ ...done, files: [] });
  return INTERRUPTED;
}

/** The options that choose the backend, for a command that resumes the run. */
function backendArguments({ backend, threads }: TrainOptions): string {
  return [backend === "auto" ? "" : ` --backend ${backend}`, threads === undefined ? "" : ` --threads ${threads}`].join(
    "",
  );
}

/** Reports what is saved of an interrupted run. */
function interrupted({ done, config }: TrainResult, again: string, output: Output): number {
  const saved = done.steps > 0;
  const input = standardInputKey(config);
  const how =
    input === undefined
      ? `To resume it:\n  ${again}`
      : `It cannot be resumed, because its data came from standard input (${input}).`;
  if (saved) output.print(`Stopped after step ${done.steps}. The run is saved up to this step. ${how}`);
  else output.print("Stopped before the first step: nothing was written.");
  output.event({ ...done, ...(saved && input === undefined ? { resume: again } : {}) });
  return INTERRUPTED;
}
