import { builtInTokenizers } from "@heed/tokenizers";
import { Command } from "commander";
import type { EncodeOptions, TrainTokenizerOptions, UseTokenizerOptions } from "./commands/tokenizer.js";
import type { Runner } from "./context.js";
import { collect, encodingOption, jsonOption, listOf, pluginOption, wholeNumber } from "./program-options.js";

const commands = () => import("./commands/tokenizer.js");

/** Builds `heed tokenizer` with its commands `train`, `encode` and `decode`. */
export function buildTokenizerCommand(run: Runner): Command {
  const program = new Command("tokenizer").description("train a tokenizer, and turn text into ids and back");

  program
    .command("train")
    .description("train a tokenizer on text files with a sentence a line; - is standard input")
    .argument("<files...>", "training text, also as .gz; several files share one vocabulary")
    .option("-n, --name <name>", "which tokenizer", "bpe")
    .option("-s, --set <key=value>", "set an option, such as vocabularySize=8000; may be repeated", collect)
    .option("-o, --out <file>", "where the tokenizer is written", "tokenizer.json")
    .addOption(encodingOption())
    .addOption(pluginOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      () => `\nTokenizers:\n${listOf(builtInTokenizers.map(({ name, summary }) => [name, summary]))}`,
    )
    .action((files: string[], options: TrainTokenizerOptions) =>
      run(async (context) => (await commands()).trainTokenizerCommand(files, options, context)),
    );

  useOptions(program.command("encode"))
    .description("turn lines of text into tokens, separated by spaces")
    .option("--ids", "print ids in place of tokens")
    .option("--seed <n>", "sample the tokens (BPE dropout) with this seed", wholeNumber(0))
    .action((options: EncodeOptions) => run(async (context) => (await commands()).encodeCommand(options, context)));

  useOptions(program.command("decode"))
    .description("turn lines of ids, separated by spaces, into text")
    .action((options: UseTokenizerOptions) =>
      run(async (context) => (await commands()).decodeCommand(options, context)),
    );

  return program;
}

function useOptions(command: Command): Command {
  return command
    .requiredOption("-t, --tokenizer <file>", "file of the tokenizer, such as runs/de-en/source.tokenizer.json")
    .option("-i, --input <file>", "file with a line each, also as .gz; - is standard input", "-")
    .addOption(encodingOption())
    .addOption(pluginOption())
    .addOption(jsonOption());
}
