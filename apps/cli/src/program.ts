import { type ExtensionKind, extensionKinds } from "@heed/core";
import { builtInTasks } from "@heed/datasets";
import { builtInMetrics } from "@heed/metrics";
import { builtInRecipes } from "@heed/train";
import { Argument, Command, Option } from "commander";
import { attentionKinds, attentionViews, colorScales } from "./attention-choice.js";
import type { AttendOptions } from "./commands/attend.js";
import type { EvaluateOptions } from "./commands/evaluate.js";
import type { ExperimentOptions } from "./commands/experiment.js";
import type { GalleryOptions } from "./commands/gallery.js";
import type { NewOptions } from "./commands/new.js";
import type { ReproduceOptions } from "./commands/reproduce.js";
import type { SchemaOptions } from "./commands/schema.js";
import type { ScoreOptions } from "./commands/score.js";
import type { TrainOptions } from "./commands/train.js";
import type { TranslateOptions } from "./commands/translate.js";
import type { Runner } from "./context.js";
import { bleuTokenizations, significanceTests } from "./evaluate/choices.js";
import { exitCodeMeanings } from "./exit-codes.js";
import { type ExperimentName, experimentSummaries } from "./experiments/summaries.js";
import { addFolderCommands } from "./folder-program.js";
import { completeHelp } from "./help.js";
import type { PluginArguments } from "./plugins/load-plugins.js";
import {
  addModelOptions,
  backendOption,
  backgroundOption,
  collect,
  encodingOption,
  fontOption,
  jsonOption,
  listOf,
  modelOption,
  modelsOption,
  mpiOption,
  outputOption,
  pluginOption,
  quietOption,
  themeOption,
  threadsOption,
  unfusedOption,
  wholeNumber,
} from "./program-options.js";
import { addSearchOptions, nBestOption } from "./search-arguments.js";
import { buildTokenizerCommand } from "./tokenizer-program.js";
import { version } from "./version.js";

/** The commands, their arguments and options. Each command's code is loaded when it is called. */
export function buildProgram(run: Runner): Command {
  const program = new Command("heed")
    .description("Trains, runs and explains sequence-to-sequence models with attention.")
    .version(version, "-v, --version", "print the version")
    .helpCommand("help [command]", "show the help of a command")
    .addHelpText("after", () => `\nExit codes:\n${listOf(exitCodeMeanings.map(([code, text]) => [`${code}`, text]))}`)
    .hook("preAction", (_, command) => {
      // A shell makes an empty text of a variable that is not set.
      for (const option of command.options) {
        if (command.getOptionValue(option.attributeName()) !== "") continue;
        command.error(`option '${option.flags}' must have a value, got an empty text.`);
      }
    });

  program
    .command("train")
    .description("train a recipe, and draw its loss and its attention")
    .argument("[recipe|config.yaml]", "a recipe's name, or a configuration file")
    .addOption(
      new Option(
        "-s, --set <key=value>",
        "set a key of the configuration, such as training.epochs=3; may be repeated",
      ).argParser(collect),
    )
    .option("-o, --out <folder>", "where the run is written (default: runs/<recipe>, with a number where that exists)")
    .addOption(backendOption())
    .addOption(threadsOption())
    .option("--seed <n>", "seed of everything random (default: 0)", wholeNumber(0))
    .option("--scorer <name|file>", "how queries and keys are compared: see heed scorers; or the file of a plug-in")
    .addOption(pluginOption())
    .addOption(unfusedOption())
    .option("--resume", "resume an interrupted run, at the step where it stopped")
    .option("--previous", "with --resume: continue from the checkpoint before the last, if the last is damaged")
    .option(
      "--init-from <folder>",
      "begin with the best weights of another run, as far as names, shapes and tokens match",
    )
    .addOption(new Option("--overwrite", "replace the run in the folder").conflicts("resume"))
    .addOption(mpiOption())
    .option("--quiet", "print nothing but errors")
    .option(
      "--log-file <file>",
      "append all that is printed to a text file, with time stamps, also with --quiet and --json",
    )
    .addOption(jsonOption())
    .addHelpText("after", () => `\nRecipes:\n${listOf(builtInRecipes.map(({ name, summary }) => [name, summary]))}`)
    .action((subject: string | undefined, options: TrainOptions) =>
      run(async (context) => (await import("./commands/train.js")).trainCommand(subject, options, context)),
    );

  addModelOptions(
    addSearchOptions(
      program
        .command("translate")
        .description("translate lines: one line out for each line in")
        .addOption(modelsOption())
        .option("-i, --input <file>", "file with a sentence a line, also as .gz; - is standard input", "-")
        .addOption(encodingOption())
        .addOption(outputOption())
        .addOption(quietOption())
        .addOption(nBestOption()),
    ),
  ).action((options: TranslateOptions) =>
    run(async (context) => (await import("./commands/translate.js")).translateCommand(options, context)),
  );

  addModelOptions(
    program
      .command("score")
      .description("say how probable a model finds given translations: one number out for each pair")
      .addOption(modelsOption())
      .requiredOption("--src <file>", "file with a source sentence a line, also as .gz")
      .requiredOption("--ref <file>", "file with their translations, line by line")
      .addOption(encodingOption())
      .addOption(outputOption())
      .addOption(quietOption()),
  ).action((options: ScoreOptions) =>
    run(async (context) => (await import("./commands/score.js")).scoreCommand(options, context)),
  );

  addModelOptions(
    addSearchOptions(
      program
        .command("evaluate")
        .description("measure models on a file whose translation is known, and compare them")
        .option("-m, --model <folders>", "folder of a trained run; several, separated by commas, are compared")
        .option("--hypotheses <files>", "files of translations, separated by commas, that are compared too")
        .requiredOption("--src <file>", "file with a source sentence a line, also as .gz")
        .requiredOption("--ref <file>", "file with their translations, line by line")
        .option(
          "--metrics <names>",
          `metrics, separated by commas: ${builtInMetrics.map(({ name }) => name).join(",")} (default: all)`,
        )
        .option(
          "--bleu-tokenize <names>",
          `how BLEU splits lines into words, one or several: ${bleuTokenizations.join(",")} (default: 13a; for tokenised text: none)`,
        )
        .option("--lowercase", "ignore case in BLEU and chrF")
        .addOption(
          new Option("--test <name>", "how differences from the first model are tested")
            .choices(significanceTests)
            .default("paired-bootstrap"),
        )
        .option("--samples <n>", "samples of the bootstrap; 0: no confidence intervals and tests", wholeNumber(0), 1000)
        .option("--trials <n>", "trials of --test approximate-randomization", wholeNumber(1), 10_000)
        .option("--examples <n>", "examples of each kind: worst, best, largest difference", wholeNumber(0), 3)
        .option("--alignments <file>", "links between words, in Pharaoh format: measures where attention looks")
        .addOption(
          new Option("--alignments-first <n>", "number of the first word in --alignments and --alignments-scored")
            .choices(["0", "1"])
            .default("0"),
        )
        .option("--alignments-scored <file>", "positions that count: those of the source, a tab, those of the target")
        .option("--output <folder>", "write the translations of each model, and results.json")
        .option("--report <file.html>", "write a page with tables, charts, examples and their attention")
        .addOption(encodingOption()),
    ),
  ).action((options: EvaluateOptions) =>
    run(async (context) => (await import("./commands/evaluate.js")).evaluateCommand(options, context)),
  );

  addModelOptions(
    addSearchOptions(
      program
        .command("attend")
        .description("show where each word that the model writes looks in a sentence")
        .argument("<sentence>", "the sentence, in quotes")
        .addOption(modelOption())
        .option("-o, --out <file>", "also write it to a file: .svg or .png, or .html for a page to play with")
        .addOption(
          new Option(
            "--view <name>",
            "one map, all heads of a layer, word by word (.html), all layers (.html), or the beam as a tree (with --beam)",
          ).choices(attentionViews),
        )
        .addOption(
          new Option("--kind <name>", "whose attention (default: cross, target to source)").choices(attentionKinds),
        )
        .option("--layer <n>", "which layer, from 1 (default: the last)", wholeNumber(1))
        .option("--head <n>", "which head, from 1 (default: all)", wholeNumber(1))
        .addOption(
          new Option("--scale <name>", "weight at which the colours end: one, or data for the largest one").choices(
            colorScales,
          ),
        )
        .option("--hypothesis <n>", "which hypothesis of --beam, from 1 (default: the best)", wholeNumber(1)),
    )
      .addOption(themeOption())
      .addOption(backgroundOption())
      .addOption(fontOption()),
  ).action((sentence: string, options: AttendOptions) =>
    run(async (context) => (await import("./commands/attend.js")).attendCommand(sentence, options, context)),
  );

  addFolderCommands(program, run);
  program.addCommand(buildTokenizerCommand(run));

  program
    .command("experiment")
    .description("train several models alike, and show in which they differ")
    .addArgument(new Argument("<name>", "what is compared").choices(Object.keys(experimentSummaries)))
    .option("--scorers <names>", "scorers to compare, or files of plug-ins: additive,dot,./mine.js")
    .option("--normalizers <names>", "normalizers to compare (grid)")
    .option("--recipes <names>", "recipes to compare besides, such as transformer (length, repetition)")
    .option("--task <name>", `${builtInTasks.map(({ name }) => name).join(", ")}, or one of a plug-in (length, grid)`)
    .option("--seed <n>", "seed of everything random (default: 0)", wholeNumber(0))
    .addOption(pluginOption())
    .option("--quick", "run a tiny version to check that the command works; its results are meaningless")
    .option("-o, --out <folder>", "where results, table and pictures are written (default: experiments/<name>)")
    .addOption(backendOption())
    .addOption(threadsOption())
    .addOption(jsonOption())
    .addHelpText("after", () => `\nExperiments:\n${listOf(Object.entries(experimentSummaries))}`)
    .action((name: ExperimentName, options: ExperimentOptions) =>
      run(async (context) => (await import("./commands/experiment.js")).experimentCommand(name, options, context)),
    );

  program
    .command("reproduce")
    .description("train the models of published results, and compare them on the same test sets")
    .argument(
      "[names...]",
      "names of results, such as copy; tatoeba means all that begin with tatoeba- (default: list them)",
    )
    .option("--list", "list the results")
    .option("--data <folder>", "folder with the data sets; an error names what is missing in it")
    .option("-o, --out <folder>", "where runs and results are written, by name and seed", "reproduced")
    .option("--seed <n>", "seed of everything random", wholeNumber(0), 1)
    .addOption(mpiOption())
    .option(
      "--table <file.md>",
      "only write the table of results into a page; docs/results.md takes the results in docs/results/",
    )
    .option("--quick", "run a tiny version to check that the command works; its results are meaningless")
    .addOption(backendOption())
    .addOption(threadsOption())
    .addOption(jsonOption())
    .action((names: string[], options: ReproduceOptions) =>
      run(async (context) => (await import("./commands/reproduce.js")).reproduceCommand(names, options, context)),
    );

  program
    .command("gallery")
    .description("write a page that shows every scorer: formula, parameters, a picture, what it costs")
    .option("-o, --out <file.md>", "the page; its pictures go into a folder of that name beside it", "gallery.md")
    .addOption(pluginOption())
    .option("--quick", "run a tiny version to check that the command works; its results are meaningless")
    .addOption(backendOption())
    .addOption(threadsOption())
    .addOption(jsonOption())
    .action((options: GalleryOptions) =>
      run(async (context) => (await import("./commands/gallery.js")).galleryCommand(options, context)),
    );

  program
    .command("scorers")
    .description("list the ways to score how well a query matches a key, the normalizers and the masks")
    .addOption(pluginOption())
    .addOption(jsonOption())
    .action((options: PluginArguments) =>
      run(async (context) => (await import("./commands/scorers.js")).scorersCommand(options, context)),
    );

  program
    .command("recipes")
    .description("list the recipes, or every key of a recipe with its default and meaning")
    .argument("[recipe]", "a recipe's name")
    .addOption(pluginOption())
    .addOption(jsonOption())
    .action((name: string | undefined, options: PluginArguments) =>
      run(async (context) => (await import("./commands/recipes.js")).recipesCommand(name, options, context)),
    );

  program
    .command("schema")
    .description("print the JSON schema of a configuration file, for editors")
    .option("--recipe <name>", "only the keys of this recipe")
    .addOption(pluginOption())
    .action((options: SchemaOptions) =>
      run(async (context) => (await import("./commands/schema.js")).schemaCommand(options, context)),
    );

  program
    .command("doctor")
    .description("say what this machine offers, and which backends run on it")
    .addOption(pluginOption())
    .addOption(jsonOption())
    .action((options: PluginArguments) =>
      run(async (context) => (await import("./commands/doctor.js")).doctorCommand(options, context)),
    );

  program
    .command("new")
    .description("write the file of an extension of your own, which works as it is")
    .addArgument(new Argument("<kind>", "what it is").choices(extensionKinds))
    .argument("<name>", "its name, such as my-score; the file has the same name")
    .option("--js", "write JavaScript in place of TypeScript")
    .addOption(jsonOption())
    .action((kind: ExtensionKind, name: string, options: NewOptions) =>
      run(async (context) => (await import("./commands/new.js")).newCommand(kind, name, options, context)),
    );

  return completeHelp(program);
}
