import { builtInTokenizers } from "@heed/tokenizers";
import * as z from "zod";

const count = z.int().positive();

/** The options of the built-in tokenizers, for hovers and JSON schemas. The definition of a tokenizer checks their values. */
const builtInOptions = Object.fromEntries(
  builtInTokenizers
    .flatMap((definition) => Object.entries(definition.options))
    .map(([key, { type, meaning }]) => [key, z.unknown().optional().meta({ type, description: meaning })]),
);

/** Options of a side's tokenizer. */
const tokenizerOptions = z.looseObject({
  name: z.string().optional().describe("Name of the tokenizer, in place of `data.tokenizer`."),
  ...builtInOptions,
});

/** A synthetic task: random symbols, and the sequence that they are turned into. */
export const taskDataSchema = z
  .strictObject({
    task: z.string().describe("Name of the synthetic task: `copy`, `reverse` or `sort`."),
    symbols: count.max(26).default(8).describe("Number of different symbols: a, b, c, and so on."),
    minLength: count.default(3).describe("Smallest number of symbols in a sample."),
    maxLength: count.default(7).describe("Largest number of symbols in a sample."),
    train: count.default(2000).describe("Number of samples to train on."),
    validation: count.default(200).describe("Number of samples to validate on."),
  })
  .refine(({ minLength, maxLength }) => minLength <= maxLength, {
    path: ["minLength"],
    error: ({ input }) => {
      const { minLength, maxLength } = input as { minLength: number; maxLength: number };
      return `the shortest sample, ${minLength}, is longer than data.maxLength, ${maxLength}`;
    },
  });

/**
 * Parallel text: two files with a sentence a line, one file with tab-separated columns, or, without files, pairs that are
 * given to `train`.
 */
export const textDataSchema = z
  .strictObject({
    source: z.string().optional().describe("File with the source sentences, one a line."),
    target: z.string().optional().describe("File with their translations, line by line."),
    tsv: z.string().optional().describe("File with source and target separated by a tab, in place of two files."),
    sourceColumn: count.default(1).describe("Column of the source in `tsv`, counted from 1."),
    targetColumn: count.default(2).describe("Column of the target in `tsv`, counted from 1."),
    tokenizer: z
      .string()
      .default("word")
      .describe("Name of the tokenizer of both sides: `word`, `whitespace`, `character`, or one from outside."),
    sourceTokenizer: tokenizerOptions
      .default({})
      .describe(
        "Options of the source's tokenizer, such as `locale`, `minFrequency` and `maxVocabulary`, and its `name`.",
      ),
    targetTokenizer: tokenizerOptions
      .default({})
      .describe(
        "Options of the target's tokenizer, such as `locale`, `minFrequency` and `maxVocabulary`, and its `name`.",
      ),
    lowercase: z
      .boolean()
      .default(false)
      .describe("Whether text is changed to lower case before the tokenizer, by the rules of the tokenizer's locale."),
    sharedVocabulary: z
      .boolean()
      .default(false)
      .describe("Whether one tokenizer is trained on both sides, so that they can share an embedding."),
    maxLength: count
      .optional()
      .describe(
        "Largest number of tokens on a side. Pairs with a longer side are left out and reported. Default: that of the tokenizer (word and whitespace 50, character 250).",
      ),
    limit: count.optional().describe("Number of pairs to use, from the beginning of the data. Default: all."),
    validation: z
      .number()
      .positive()
      .default(0.05)
      .describe("Pairs to validate on: a number of pairs, or a share in (0, 1)."),
  })
  .refine((data) => data.tsv === undefined || (data.source === undefined && data.target === undefined), {
    message: "`tsv` takes the place of `source` and `target`; name one of the two forms",
  })
  .refine((data) => (data.source === undefined) === (data.target === undefined), {
    message: "`source` and `target` belong together",
  })
  .refine((data) => !data.sharedVocabulary || !differ(data.sourceTokenizer, data.targetTokenizer), {
    message:
      "`sharedVocabulary` trains one tokenizer, so `sourceTokenizer` and `targetTokenizer` must not differ in an option",
  });

/** Returns whether two records have different values for a key. */
function differ(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(a).some((key) => key in b && JSON.stringify(a[key]) !== JSON.stringify(b[key]));
}

/** Keys that only text has. A configuration with one of them is about text, with or without files. */
export const textKeys: ReadonlySet<string> = new Set(
  Object.keys(textDataSchema.shape).filter((key) => !(key in taskDataSchema.shape)),
);

export type TaskData = z.infer<typeof taskDataSchema>;
export type TextData = z.infer<typeof textDataSchema>;
export type DataConfig = TaskData | TextData;
