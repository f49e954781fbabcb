import { isHeedError } from "@heed/core";
import { beam, lengthPenaltyKinds, type Search, sample } from "@heed/seq2seq";
import type { TranslateOptions } from "@heed/train";
import { type Command, Option } from "commander";
import { collect, decimalNumber, wholeNumber } from "./program-options.js";
import { UsageError } from "./usage-error.js";

/** Options of the commands that search. */
export interface SearchArguments {
  readonly beam?: number;
  readonly nBest?: number;
  readonly lengthPenalty?: number;
  readonly lengthPenaltyKind?: (typeof lengthPenaltyKinds)[number];
  readonly coveragePenalty?: number;
  /** False for `--no-early-stopping`. */
  readonly earlyStopping?: boolean;
  readonly sample?: boolean;
  readonly temperature?: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly seed?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  /** Of `--no-repeat-ngram`; 0: no limit. */
  readonly repeatNgram?: number;
  readonly prefix?: string;
  readonly require?: readonly string[];
  readonly forbid?: readonly string[];
  readonly replaceUnknown?: boolean;
}

/** Adds the options of {@link SearchArguments} to a command. */
export function addSearchOptions(command: Command): Command {
  const options = [
    new Option("--beam <size>", "beam search: number of hypotheses to keep at each step (default: greedy search)")
      .conflicts("sample")
      .argParser(wholeNumber(1)),
    new Option("--length-penalty <α>", "with --beam: larger values favour longer sentences (default: 0.6)"),
    new Option("--length-penalty-kind <name>", "with --beam: ((5 + n) / 6)^α, or n^α (default: wu)"),
    new Option("--coverage-penalty <β>", "with --beam: favours translations of the whole source (default: 0)"),
    new Option("--no-early-stopping", "with --beam: search until no better hypothesis is possible"),
    new Option("--sample", "draw each token at random, as probable as the model finds it"),
    new Option("--temperature <t>", "with --sample: below 1 probable tokens become more probable (default: 1)"),
    new Option("--top-k <n>", "with --sample: draw among the n most probable tokens only").argParser(wholeNumber(1)),
    new Option("--top-p <p>", "with --sample: draw among the most probable tokens that sum up to p"),
    new Option("--seed <n>", "with --sample: the same seed draws the same (default: 0)").argParser(wholeNumber(0)),
    new Option("--min-length <n>", "smallest number of tokens, <eos> included").argParser(wholeNumber(1)),
    new Option("--max-length <n>", "largest number of tokens, <eos> included (default: twice the source)").argParser(
      wholeNumber(1),
    ),
    new Option("--no-repeat-ngram <n>", "no group of n tokens occurs twice; 0 is no limit")
      .argParser(wholeNumber(0))
      .default(0),
    new Option("--prefix <text>", "text that each translation begins with"),
    new Option("--require <phrase>", "with --beam: phrase that each translation contains; may be repeated").argParser(
      collect,
    ),
    new Option("--forbid <phrase>", "phrase that no translation contains; may be repeated").argParser(collect),
    new Option("--replace-unknown", "replace <unk> by the source word with the largest attention weight"),
  ];
  for (const option of options) {
    if (option.long === "--length-penalty-kind") option.choices(lengthPenaltyKinds);
    if (/<[αβtp]>/.test(option.flags)) option.argParser(decimalNumber);
    command.addOption(option);
  }
  return command;
}

/** The option `--n-best` of commands that write several hypotheses. */
export const nBestOption = (): Option =>
  new Option("--n-best <n>", "write the n best hypotheses of --beam, or draw n times with --sample").argParser(
    wholeNumber(1),
  );

type SearchSettings = Pick<
  TranslateOptions,
  "search" | "minLength" | "maxLength" | "noRepeatNgram" | "prefix" | "required" | "forbidden" | "replaceUnknown"
>;

/**
 * Returns the options of `translate` for arguments.
 * @throws UsageError when arguments do not fit together, or a value is out of range
 */
export function searchSettings(options: SearchArguments): SearchSettings {
  const { minLength, maxLength, repeatNgram = 0, prefix, require, forbid, replaceUnknown } = options;
  if (require && options.beam === undefined) throw new UsageError("--require needs a beam search: add --beam 5.");
  return {
    search: searchOf(options),
    ...(minLength !== undefined && { minLength }),
    ...(repeatNgram > 0 && { noRepeatNgram: repeatNgram }),
    ...{ maxLength, prefix, required: require, forbidden: forbid, replaceUnknown },
  };
}

function searchOf(options: SearchArguments): Search | undefined {
  const { beam: size, nBest, lengthPenalty, lengthPenaltyKind, coveragePenalty, earlyStopping } = options;
  const { sample: samples, temperature, topK, topP, seed } = options;
  const ofBeam = { lengthPenalty, lengthPenaltyKind, coveragePenalty };
  const ofSample = { temperature, topK, topP, seed };
  if (size === undefined) refuse({ ...ofBeam, earlyStopping: earlyStopping === false || undefined }, "--beam 5");
  if (!samples) refuse(ofSample, "--sample");
  if (size === undefined && !samples && (nBest ?? 1) > 1) refuse({ nBest }, "--beam 5, or --sample");
  if (size !== undefined && nBest !== undefined && nBest > size) {
    throw new UsageError(`--n-best must be at most --beam, which is ${size}, got ${nBest}.`);
  }
  return withSearchOptions(() => {
    if (samples) return sample(defined({ nBest, ...ofSample }));
    return size === undefined ? undefined : beam({ size, ...defined({ nBest, ...ofBeam, earlyStopping }) });
  });
}

/** Refuses options that have no effect without another one. */
function refuse(options: Readonly<Record<string, unknown>>, needed: string): void {
  const [name] = Object.keys(defined(options));
  if (name === undefined) return;
  const flag = name === "earlyStopping" ? "no-early-stopping" : name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);
  throw new UsageError(`--${flag} has no effect here: add ${needed}.`);
}

function defined<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;
}

/** Runs work, and names the options of the command line in the errors of a search. @throws UsageError */
function withSearchOptions<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asUsageError(error);
  }
}

const names = [
  [/^(generate|translate|attend|beam|sample): /, ""],
  [/^sentence \d+: /, ""],
  [/^beam cannot/, "--beam cannot"],
  [/^size must/, "--beam must"],
  [/\bmaxLength\b/g, "--max-length"],
  [/\bminLength\b/g, "--min-length"],
  [/\bnoRepeatNgram\b/g, "--no-repeat-ngram"],
  [/\blengthPenalty\b/g, "--length-penalty"],
  [/\bcoveragePenalty\b/g, "--coverage-penalty"],
  [/^temperature\b/, "--temperature"],
  [/^topK\b/, "--top-k"],
  [/^topP\b/, "--top-p"],
  [/^prefix\b/, "--prefix"],
  [/^required\b/, "--require"],
  [/^forbidden\b/, "--forbid"],
] as const;

/** Returns the error of a search as one of usage, with the options of the command line; another error as it is. */
export function asUsageError(error: unknown): unknown {
  if (!isHeedError(error, "SearchError")) return error;
  const message = names.reduce((text, [from, to]) => text.replace(from, to), error.message);
  return new UsageError(message, { cause: error });
}
