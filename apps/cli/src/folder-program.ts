import { type Command, Option } from "commander";
import type { AverageOptions } from "./commands/average.js";
import type { ReportCommandOptions } from "./commands/report.js";
import type { Runner } from "./context.js";
import type { PluginArguments } from "./plugins/load-plugins.js";
import { addModelOptions, averageName, jsonOption, pluginOption, wholeNumber } from "./program-options.js";

/** Adds the commands about the folder of a run: average, report and verify. */
export function addFolderCommands(program: Command, run: Runner): void {
  program
    .command("average")
    .description("average the weights of epochs that a run keeps (training.keepCheckpoints)")
    .argument("<folder>", "folder of a trained run")
    .option("--last <n>", "average the last n epochs that are kept", wholeNumber(1))
    .addOption(
      new Option("--best <n>", "average the n best epochs among those that are kept")
        .argParser(wholeNumber(1))
        .conflicts("last"),
    )
    .addOption(
      new Option("--name <name>", "name of the average, for --weights: average, or average-…")
        .argParser(averageName)
        .default("average"),
    )
    .option("-o, --out <folder>", "write a run of its own, with the average as its best weights, to a new folder")
    .addOption(pluginOption())
    .addOption(jsonOption())
    .action((folder: string, options: AverageOptions) =>
      run(async (context) => (await import("./commands/average.js")).averageCommand(folder, options, context)),
    );

  addModelOptions(
    program
      .command("report")
      .description("write the page about a run: curves, examples with heatmaps, data, configuration, machine and time")
      .argument("<folder>", "folder of a trained run")
      .option("-o, --out <file.html>", "the page (default: report.html in the folder of the run)"),
  ).action((folder: string, options: ReportCommandOptions) =>
    run(async (context) => (await import("./commands/report.js")).reportCommand(folder, options, context)),
  );

  program
    .command("verify")
    .description("check every file of a run: checksums, weights, shapes, vocabularies, the previous checkpoint")
    .argument("<folder>", "folder of a trained run")
    .addOption(pluginOption())
    .addOption(jsonOption())
    .action((folder: string, options: PluginArguments) =>
      run(async (context) => (await import("./commands/verify.js")).verifyCommand(folder, options, context)),
    );
}
