import * as z from "zod";

const count = z.int().positive();

/** Options of a side's tokenizer; `name` replaces `tokenizer`. The tokenizer's definition checks the others. */
const tokenizerOptions = z.looseObject({ name: z.string().optional() });

/** A synthetic task: random symbols, and what becomes of them. */
export const taskDataSchema = z
  .strictObject({
    /** `copy`, `reverse` or `sort`. */
    task: z.string(),
    /** Number of different symbols: a, b, c, … */
    symbols: count.max(26).default(8),
    minLength: count.default(3),
    maxLength: count.default(7),
    /** Number of samples to train on. */
    train: count.default(2000),
    /** Number of samples to validate on. */
    validation: count.default(200),
  })
  .refine(({ minLength, maxLength }) => minLength <= maxLength, {
    path: ["minLength"],
    error: ({ input }) => {
      const { minLength, maxLength } = input as { minLength: number; maxLength: number };
      return `the shortest sample, ${minLength}, is longer than data.maxLength, ${maxLength}`;
    },
  });

/** Parallel text: two files with a sentence a line, or one with tab-separated columns. */
export const textDataSchema = z
  .strictObject({
    /** File with the source sentences. */
    source: z.string().optional(),
    /** File with their translations, line by line. */
    target: z.string().optional(),
    /** One file with source and target separated by a tab, in place of two. */
    tsv: z.string().optional(),
    /** Columns of the `tsv`, counted from 1. */
    sourceColumn: count.default(1),
    targetColumn: count.default(2),
    /** Name of the tokenizer of both sides: `word`, `whitespace`, `character`, or one from outside. */
    tokenizer: z.string().default("word"),
    /** Options of the source's tokenizer, such as `locale`, `minFrequency` and `maxVocabulary`, and its `name`. */
    sourceTokenizer: tokenizerOptions.default({}),
    /** The same for the target. */
    targetTokenizer: tokenizerOptions.default({}),
    /** Lower-case the text before it is cut into tokens, by the rules of the tokenizer's locale. */
    lowercase: z.boolean().default(false),
    /** Train one tokenizer on both sides, so that they can share an embedding. */
    sharedVocabulary: z.boolean().default(false),
    /** Pairs with a longer side, in tokens, are left out and reported; default: that of each side's tokenizer. */
    maxLength: count.optional(),
    /** Use only the first pairs of the files. */
    limit: count.optional(),
    /** Pairs to validate on: a number of them, or a share in (0, 1). */
    validation: z.number().positive().default(0.05),
  })
  .refine((data) => (data.tsv === undefined) !== (data.source === undefined && data.target === undefined), {
    message: "name either `tsv`, or both `source` and `target`",
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

export type TaskData = z.infer<typeof taskDataSchema>;
export type TextData = z.infer<typeof textDataSchema>;
export type DataConfig = TaskData | TextData;
