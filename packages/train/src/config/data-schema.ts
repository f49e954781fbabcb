import type { OptionValues } from "@heed/core";
import { builtInTasks } from "@heed/datasets";
import { extensionName, option } from "@heed/seq2seq";
import { builtInTokenizers } from "@heed/tokenizers";
import * as z from "zod/mini";
import { runLimits } from "../limits.js";
import { allForms, fileFault, fileShape, heldOutFilesSchema, pathsOf, withInherited } from "./pair-files.js";

const count = z.int().check(z.positive());
const samples = count.check(z.maximum(runLimits.samples));
const share = z.number().check(z.minimum(0), z.maximum(1));

/** A number of pairs, or a share of them. */
const splitSize = z.number().check(
  z.positive(),
  z.refine((size) => size < 1 || Number.isInteger(size), {
    error: ({ input }) => `expected a whole number of pairs or a share below 1, got ${String(input)}`,
  }),
);

/** The name and the options of a side's tokenizer. The definition of the tokenizer checks the options. */
const sideSchema = z.looseObject({
  name: z
    .optional(extensionName(builtInTokenizers))
    .check(z.meta({ extension: "tokenizer", description: "Name of the tokenizer, in place of `data.tokenizer`." })),
});

/** A synthetic task, with its options. The definition of the task checks them. */
export const taskDataSchema = z
  .looseObject({
    task: extensionName(builtInTasks).check(z.meta({ extension: "task", description: "Name of the synthetic task." })),
    train: option(samples, 2000, "Number of samples to train on."),
    validation: option(samples, 200, "Number of samples to validate on."),
    test: option(
      z.int().check(z.minimum(0), z.maximum(runLimits.samples)),
      0,
      "Number of samples to test on. The best model is evaluated on them once, after training. When it is above 0, no source of the validation or test samples occurs in the training samples, and none occurs twice.",
    ),
  })
  .check(z.meta({ optionsOf: "task" }));

/** Returns the options of a task: all keys but those that every task has. */
export function taskOptions(data: OptionValues): OptionValues {
  return Object.fromEntries(Object.entries(data).filter(([key]) => !Object.hasOwn(taskDataSchema.shape, key)));
}

/** The keys that choose the tokenizers of text. */
const tokenizerShape = {
  tokenizer: option(extensionName(builtInTokenizers), "word", {
    extension: "tokenizer",
    description: "Name of the tokenizer of both sides.",
  }),
  sourceTokenizer: option(
    sideSchema,
    {},
    {
      optionsOf: "tokenizer",
      description:
        "Options of the tokenizer of the source, such as `locale`, `minFrequency` and `maxVocabulary`, and its `name`.",
    },
  ),
  targetTokenizer: option(
    sideSchema,
    {},
    { optionsOf: "tokenizer", description: "Options of the tokenizer of the target, as for the source." },
  ),
  sharedVocabulary: option(
    z.boolean(),
    false,
    "Whether one tokenizer is trained on both sides, so that they can share an embedding.",
  ),
};

/** The keys that choose the tokenizers of text; others are ignored. */
export const tokenizerSchema = z.object(tokenizerShape);

export type TokenizerKeys = z.infer<typeof tokenizerSchema>;

/**
 * Parallel text: two files with a sentence a line, one file with columns or with JSON lines, or, without files, pairs that are
 * given to `train`.
 */
export const textDataSchema = z
  .strictObject({
    ...fileShape,
    alignments: z
      .optional(z.string())
      .check(
        z.describe(
          "File with the word alignments of `source` and `target`, a line for each pair, in Pharaoh format: `0-0 1-2`. Positions are those of words that white space separates, from 0. Only sure links are used. For `training.guidedAlignment`.",
        ),
      ),
    ...tokenizerShape,
    lowercase: option(
      z.boolean(),
      false,
      "Whether text is changed to lower case before the tokenizer, by the rules of the tokenizer's locale.",
    ),
    sampleSegmentation: option(
      z.boolean(),
      false,
      "Whether the training text is cut into tokens anew in each epoch, at random, by tokenizers that can do so: BPE dropout, unigram sampling.",
    ),
    maxLength: z
      .optional(count.check(z.maximum(runLimits.sentenceTokens)))
      .check(
        z.describe(
          "Largest number of tokens on a side. Training and validation pairs with a longer side are left out and reported. Default: that of each side's tokenizer.",
        ),
      ),
    limit: z
      .optional(count)
      .check(z.describe("Number of pairs to use, from the beginning of the training data. Default: all.")),
    validation: option(
      z.union([splitSize, heldOutFilesSchema]),
      0.05,
      "Pairs to validate on: a number of pairs or a share in (0, 1), which are split off, or the files of a validation set.",
    ),
    test: z
      .optional(heldOutFilesSchema)
      .check(z.describe("Files of a test set. The best model is evaluated on it once, after training.")),
    maxDropped: option(
      share,
      0.1,
      "Largest share of the pairs that may be left out because of `maxLength`. A run with more stops.",
    ),
    maxUnknown: option(
      share,
      0.5,
      "Largest share of the training tokens of a side that may be unknown. A run with more stops.",
    ),
  })
  .check(
    z.superRefine((data, context) => {
      const add = (path: readonly string[], message: string): void => {
        context.addIssue({ code: "custom", path: [...path], message });
      };
      const fault = fileFault(data);
      if (fault) return add(fault.key ? [fault.key] : [], fault.message);
      const { alignments, source } = data;
      if (alignments === "") add(["alignments"], 'expected the path of a file, got ""');
      else if (alignments !== undefined && source === undefined)
        add(["alignments"], "aligns `source` and `target` line by line; name these files, or leave it out");
      for (const set of ["validation", "test"] as const) {
        const own = data[set];
        if (typeof own !== "object") continue;
        const fault = fileFault(withInherited(own, data));
        if (fault) add(fault.key ? [set, fault.key] : [set], fault.message);
        else if (pathsOf(own).length === 0) add([set], `name the files: ${allForms}`);
        else if (pathsOf(data).length === 0)
          add([set], `names files, so \`data\` must name those to train on: ${allForms}`);
      }
    }),
    z.refine((data) => !data.sharedVocabulary || !differ(data.sourceTokenizer, data.targetTokenizer), {
      error:
        "`sharedVocabulary` trains one tokenizer, so `sourceTokenizer` and `targetTokenizer` must not differ in an option",
    }),
  );

/** Returns whether two records have different values for a key. */
function differ(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(a).some((key) => key in b && JSON.stringify(a[key]) !== JSON.stringify(b[key]));
}

/** Returns every file that a configuration names, with its key, such as `data.validation.tsv`. */
export function dataPaths(data: TextData): { key: string; path: string }[] {
  const sets = { data, "data.validation": data.validation, "data.test": data.test };
  const paths = Object.entries(sets).flatMap(([name, files]) =>
    typeof files === "object" ? pathsOf(files).map(([key, path]) => ({ key: `${name}.${key}`, path })) : [],
  );
  return data.alignments === undefined ? paths : [...paths, { key: "data.alignments", path: data.alignments }];
}

export type TaskData = z.infer<typeof taskDataSchema>;
export type TextData = z.infer<typeof textDataSchema>;
export type DataConfig = TaskData | TextData;

/** Returns the key of the data that a run reads from standard input, such as `data.tsv`; undefined when there is none. */
export function standardInputKey({ data }: { readonly data: DataConfig }): string | undefined {
  return "task" in data ? undefined : dataPaths(data).find(({ path }) => path === "-")?.key;
}
