import { HeedError } from "@heed/core";
import { type ReadFile, readPairs } from "@heed/datasets/text";
import { dataPaths, type TextData } from "../config/data-schema.js";
import { allForms, type FileValues, pairFiles, pathsOf, withInherited } from "../config/pair-files.js";
import { readAlignments } from "./read-alignments.js";
import {
  assertTrainingData,
  collectPairs,
  type PairSource,
  type ReadPair,
  type TrainingData,
} from "./training-data.js";

/** Where pairs come from: memory, or files. */
export interface DataSources {
  /** Pairs in memory. */
  readonly data?: TrainingData | undefined;
  /** Returns the bytes of a file that the configuration names. */
  readonly readFile?: ReadFile | undefined;
}

/** A set of pairs as it was given. */
export interface PairSet {
  readonly pairs: readonly ReadPair[];
  /** What the line numbers of the pairs count. */
  readonly unit: "line" | "pair";
  /** Information for the user: pairs that are not used, malformed lines. */
  readonly notices: readonly string[];
}

/** The sets of a run; null for one that was not given. */
export interface PairSets {
  readonly train: PairSet;
  readonly validation: PairSet | null;
  readonly test: PairSet | null;
}

/**
 * Reads the training, validation and test sets from memory, or from the files that a configuration names.
 *
 * @throws HeedError when there is neither `data` nor a file, when there are both, when files are named without `readFile`, or
 *   when an element of `data` is not a pair
 * @throws DataError when a file cannot be read
 */
export async function readSets(config: TextData, { data, readFile }: DataSources): Promise<PairSets> {
  const files = dataPaths(config).map(({ key, path }) => `${key}: ${JSON.stringify(path)}`);
  if (data !== undefined) {
    assertTrainingData(data);
    if (files.length > 0) {
      throw new HeedError(
        `train: expected pairs from \`data\` or from files, got both: the configuration has ${files.join(", ")}. Leave out one of them.`,
      );
    }
    return {
      train: await fromMemory(data.train, "data.train", config.limit),
      validation: data.validation === undefined ? null : await fromMemory(data.validation, "data.validation"),
      test: data.test === undefined ? null : await fromMemory(data.test, "data.test"),
    };
  }
  if (pathsOf(config).length === 0) {
    throw new HeedError(
      `train: expected pairs to train on, got neither files nor \`data\`. Name files in the \`data\` section of the configuration (${allForms}), or pass data: { train: pairs }.`,
    );
  }
  if (!readFile) {
    throw new HeedError(
      `train: the configuration names files (${files.join(", ")}), so \`readFile\` is needed, got none. In Node, import train from "@heed/train/node"; elsewhere pass readFile: async (path) => new Uint8Array(await (await fetch(path)).arrayBuffer()).`,
    );
  }
  const { validation, test } = config;
  return {
    train: await fromFiles(config, readFile, config),
    validation: typeof validation === "number" ? null : await fromFiles(withInherited(validation, config), readFile),
    test: test === undefined ? null : await fromFiles(withInherited(test, config), readFile),
  };
}

async function fromMemory(source: PairSource, name: string, limit?: number): Promise<PairSet> {
  const pairs = await collectPairs(source, name, limit);
  const total = Array.isArray(source) ? source.length : undefined;
  return { pairs, unit: "pair", notices: limitNotices(pairs.length, total, limit) };
}

async function fromFiles(
  files: FileValues,
  readFile: ReadFile,
  { limit, alignments }: Pick<TextData, "limit" | "alignments"> = {},
): Promise<PairSet> {
  const { pairs: plain, report } = await readPairs(pairFiles(files), readFile);
  const pairs = alignments === undefined ? plain : await readAlignments(alignments, plain, readFile);
  const used = limit === undefined ? pairs : pairs.slice(0, limit);
  const { message } = report.skipped;
  return {
    pairs: used,
    unit: "line",
    notices: [...limitNotices(used.length, pairs.length, limit), ...(message === "" ? [] : [message])],
  };
}

/** Says that only the first pairs are used; the total is unknown for a stream. */
function limitNotices(used: number, total: number | undefined, limit: number | undefined): string[] {
  if (used !== limit || used === total) return [];
  return [total === undefined ? `The first ${used} pairs are used.` : `The first ${used} of ${total} pairs are used.`];
}
