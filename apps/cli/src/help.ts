import { type Command, Help, Option } from "commander";

/** The groups of options in the help of a command, in their order, with the options that belong to them in every command. */
const groups: Readonly<Record<string, readonly string[]>> = {
  "Model:": ["--model", "--weights", "--previous"],
  "Input:": [
    "--input",
    "--src",
    "--ref",
    "--encoding",
    "--tokenizer",
    "--hypotheses",
    "--alignments",
    "--alignments-first",
    "--alignments-scored",
  ],
  "Training:": ["--set", "--seed", "--scorer", "--init-from", "--resume", "--overwrite"],
  "Measuring:": ["--metrics", "--bleu-tokenize", "--lowercase", "--test", "--samples", "--trials", "--examples"],
  "Search:": [
    "--beam",
    "--n-best",
    "--length-penalty",
    "--length-penalty-kind",
    "--coverage-penalty",
    "--no-early-stopping",
    "--sample",
    "--temperature",
    "--top-k",
    "--top-p",
    "--min-length",
    "--max-length",
    "--no-repeat-ngram",
    "--prefix",
    "--require",
    "--forbid",
    "--replace-unknown",
  ],
  "Picture:": ["--view", "--kind", "--layer", "--head", "--hypothesis", "--theme", "--background", "--scale", "--font"],
  "Output:": ["--out", "--output", "--report", "--quiet", "--log-file", "--json"],
  "Computing:": ["--backend", "--threads", "--mpi", "--no-fused"],
  "General:": ["--plugin", "--help", "--version"],
};

/** Options whose group differs in one command. */
const exceptions: Readonly<Record<string, string>> = {
  "translate --seed": "Search:",
  "evaluate --seed": "Search:",
  "attend --seed": "Search:",
  "train --previous": "Training:",
};

/** Calls of each command, shown at the end of its help. `""` is `heed` itself. */
const examples: Readonly<Record<string, readonly string[]>> = {
  "": ["heed train copy", 'heed attend --model runs/copy "a b c d e"'],
  train: [
    "heed train copy",
    "heed train bahdanau --set data.tsv=de-en.tsv --set data.tokenizer=bpe --out runs/de-en",
    "heed train --resume --out runs/de-en",
  ],
  translate: [
    'echo "a b c" | heed translate --model runs/copy',
    "heed translate --model runs/de-en --input test.de --output test.en --beam 5",
  ],
  score: ["heed score --model runs/de-en --src test.de --ref test.en"],
  evaluate: [
    "heed evaluate --model runs/de-en --src test.de --ref test.en --beam 5",
    "heed evaluate --model runs/a,runs/b --src test.de --ref test.en --report comparison.html",
  ],
  attend: [
    'heed attend --model runs/copy "a b c d e"',
    'heed attend --model runs/copy "a b c d e" --out attention.png',
  ],
  average: ["heed average runs/de-en --last 5"],
  report: ["heed report runs/copy --out copy.html"],
  verify: ["heed verify runs/copy"],
  "tokenizer train": ["heed tokenizer train train.de train.en --name bpe --set vocabularySize=8000 --out de-en.json"],
  "tokenizer encode": ['echo "Guten Tag" | heed tokenizer encode --tokenizer de-en.json --ids'],
  "tokenizer decode": ['echo "17 42 5" | heed tokenizer decode --tokenizer de-en.json'],
  experiment: ["heed experiment length --quick", "heed experiment grid --scorers additive,dot --out experiments/grid"],
  reproduce: ["heed reproduce --list", "heed reproduce copy --out reproduced"],
  gallery: ["heed gallery --out gallery.md"],
  scorers: ["heed scorers", "heed scorers --plugin ./my-score.js"],
  recipes: ["heed recipes", "heed recipes bahdanau"],
  schema: ["heed schema --recipe bahdanau > heed.schema.json"],
  doctor: ["heed doctor"],
  new: ["heed new scorer my-score"],
};

/**
 * Completes the help of a program and of all its commands: options in groups, the default of each, which are required, and
 * examples at the end.
 */
export function completeHelp(program: Command, name = ""): Command {
  program.addHelpOption(new Option("-h, --help", "show this help"));
  for (const option of program.options) option.helpGroup(groupOf(name, option));
  program.configureHelp({ visibleOptions, groupItems, optionDescription });
  const own = examplesOf(name);
  if (own.length > 0) program.addHelpText("after", `\nExamples:\n${own.map((line) => `  ${line}`).join("\n")}`);
  for (const command of program.commands)
    completeHelp(command, name === "" ? command.name() : `${name} ${command.name()}`);
  return program;
}

/** The examples of a command, such as `tokenizer train`; none for a command that only has commands. */
export function examplesOf(name: string): readonly string[] {
  return examples[name] ?? [];
}

/** The group of an option; "Options:" for one that no other command has. */
export function groupOf(command: string, { long }: Option): string {
  const known = Object.entries(groups).find(([, options]) => options.includes(String(long)));
  return exceptions[`${command} ${long}`] ?? known?.[0] ?? "Options:";
}

/** The options of a command, sorted by group: first those that only this command has. */
function visibleOptions(this: Help, command: Command): Option[] {
  const options = Help.prototype.visibleOptions.call(this, command);
  for (const option of options) if (option.long === "--help") option.helpGroup("General:");
  const rank = ({ helpGroupHeading = "Options:" }: Option): number => Object.keys(groups).indexOf(helpGroupHeading);
  return options.toSorted((a, b) => rank(a) - rank(b));
}

/** Groups visible items in their own order, not in the order in which the program added them. */
function groupItems<T extends Command | Option>(
  this: Help,
  _: T[],
  visible: T[],
  getGroup: (item: T) => string,
): Map<string, T[]> {
  return Help.prototype.groupItems.call(this, visible, visible, getGroup as never) as Map<string, T[]>;
}

/** The description of an option; a mandatory one is marked. */
function optionDescription(this: Help, option: Option): string {
  const text = Help.prototype.optionDescription.call(this, option);
  return option.mandatory ? `${text} (required)` : text;
}
