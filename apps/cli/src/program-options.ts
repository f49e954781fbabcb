import { isAverageName, type WeightsChoice } from "@heed/train";
import { type Command, InvalidArgumentError, Option } from "commander";
import { table } from "./columns.js";

// The options that several commands have, and what their descriptions need.

export const jsonOption = (): Option => new Option("--json", "write NDJSON events in place of text");

export const encodingOption = (): Option =>
  new Option("--encoding <label>", "encoding of the text, such as euc-kr (default: utf-8)");

export const modelOption = (): Option =>
  new Option("-m, --model <folder>", "folder of a trained run").makeOptionMandatory();

/** The option of commands that use several models together. */
export const modelsOption = (): Option =>
  new Option(
    "-m, --model <folders>",
    "folder of a trained run; several, separated by commas, translate together as an ensemble",
  ).makeOptionMandatory();

export const outputOption = (): Option =>
  new Option("--output <file>", "write the lines to a file in place of standard output");

export const quietOption = (): Option => new Option("--quiet", "write no notes to standard error, only errors");

const weightsOption = (): Option =>
  new Option(
    "--weights <which>",
    "weights: best (of the best epoch), last, average (see heed average), or the number of an epoch that is kept",
  )
    .argParser(weightsChoice)
    .default("best");

/** Parses the name of an average. @throws InvalidArgumentError when it is none */
export function averageName(text: string): string {
  if (isAverageName(text)) return text;
  throw new InvalidArgumentError('"average", or "average-" and small letters, digits and hyphens, was expected.');
}

/** Parses the value of `--weights`. @throws InvalidArgumentError when it is not a choice of weights */
function weightsChoice(text: string): WeightsChoice {
  if (text === "best" || text === "last" || isAverageName(text)) return text;
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("best, last, average, the name of another average, or an epoch was expected.");
}

const previousOption = (): Option =>
  new Option("--previous", "use the checkpoint before the last, if the last is damaged");

export const unfusedOption = (): Option =>
  new Option(
    "--no-fused",
    "compute decoder steps one by one, never as one operation; the results are the same up to rounding",
  );

export const pluginOption = (): Option =>
  new Option(
    "--plugin <file|package>",
    "add the extensions of a module: .js, .mjs, .ts, .mts, or a package; may be repeated",
  ).argParser(collect);

export const backendOption = (): Option =>
  new Option("--backend <name>", "where to compute: a name that heed doctor lists, or auto: the fastest").default(
    "auto",
  );

export const mpiOption = (): Option =>
  new Option(
    "--mpi",
    "connect to the other processes over MPI (default: when mpirun, mpiexec or srun started this process)",
  );

export const threadsOption = (): Option =>
  new Option("--threads <n>", "threads to compute with (default: what the backend finds best)").argParser(
    wholeNumber(1),
  );

export const themeOption = (): Option =>
  new Option("--theme <name>", "colours of the picture (default: light; a page follows the browser)").choices([
    "light",
    "dark",
  ]);

export const backgroundOption = (): Option =>
  new Option("--background <name>", "leave out the background of .svg, .png and .html").choices(["transparent"]);

export const fontOption = (): Option =>
  new Option(
    "--font <file>",
    "font for scripts that .png lacks: .ttf, .otf, .ttc or .woff2; may be repeated (default: fonts of the system)",
  ).argParser(collect);

/** Adds the options of every command that uses a trained model: which weights, and how to compute. */
export function addModelOptions(command: Command): Command {
  return command
    .addOption(weightsOption())
    .addOption(previousOption())
    .addOption(pluginOption())
    .addOption(unfusedOption())
    .addOption(backendOption())
    .addOption(threadsOption())
    .addOption(jsonOption());
}

/** Lists names with their summaries, for the help of a command. */
export function listOf(items: readonly (readonly [name: string, summary: string])[]): string {
  const rows = items.map(([name, summary]) => [`  ${name}`, summary]);
  return table(rows, 80).join("\n");
}

/** Collects the values of an option that may be repeated. */
export function collect(value: string, values: readonly string[] = []): string[] {
  return [...values, value];
}

/** Returns a parser of whole numbers of at least `least`. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || !Number.isSafeInteger(value)) {
      throw new InvalidArgumentError(`A whole number of at least ${least} was expected.`);
    }
    return value;
  };
}

/** Parses a number. @throws InvalidArgumentError when it is not finite */
export function decimalNumber(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) throw new InvalidArgumentError("A number was expected.");
  return value;
}
