import { assertEncoding, DataError } from "@heed/datasets";
import type { PairFiles } from "@heed/datasets/text";
import * as z from "zod/mini";

const column = z.union([z.int().check(z.positive()), z.string()]);

/** Keys that name the files of a set of pairs. */
export const fileShape = {
  source: z
    .optional(z.string())
    .check(z.describe("File with the source sentences, one a line. `-` is standard input.")),
  target: z.optional(z.string()).check(z.describe("File with their translations, line by line.")),
  tsv: z.optional(z.string()).check(z.describe("File with tab-separated columns, in place of two files.")),
  jsonl: z.optional(z.string()).check(z.describe("File with a JSON object on each line, in place of two files.")),
  sourceColumn: z
    .optional(column)
    .check(
      z.describe(
        "Column of the source. In `tsv`: its number, from 1, or with `header` its name; default: the first of two columns. In `jsonl`: the key; default: `source`.",
      ),
    ),
  targetColumn: z
    .optional(column)
    .check(
      z.describe(
        "Column of the target. In `tsv`: its number, from 1, or with `header` its name; default: the second of two columns. In `jsonl`: the key; default: `target`.",
      ),
    ),
  header: z
    .optional(z.boolean())
    .check(z.describe("Whether the first line of `tsv` has the names of the columns. Default: `false`.")),
  encoding: z
    .optional(z.string())
    .check(z.describe("Encoding of the files: any label of `TextDecoder`, such as `euc-kr`. Default: `utf-8`.")),
};

/** The keys that have paths. */
export const pathKeys = ["source", "target", "tsv", "jsonl"] as const;

/** The keys of files, such as `tsv` and `encoding`. `data`, `data.validation` and `data.test` have them. */
export const fileKeys: readonly string[] = Object.keys(fileShape);

/** The files of the validation set or the test set. */
export const heldOutFilesSchema = z.strictObject(fileShape);

/** The values of the keys of files. */
export type FileValues = z.infer<typeof heldOutFilesSchema>;

/** A wrong value or combination of the keys of files. */
export interface FileFault {
  /** The key; none for a combination. */
  readonly key?: keyof FileValues;
  /** A sentence without a period. */
  readonly message: string;
}

/** Returns the paths that are set, by key. */
export function pathsOf(files: FileValues): [key: (typeof pathKeys)[number], path: string][] {
  return pathKeys.flatMap((key) => {
    const path = files[key];
    return path === undefined ? [] : [[key, path] as [typeof key, string]];
  });
}

/**
 * Returns the values of a validation set or test set. `encoding` is that of the training data unless the set has its own; so
 * are columns and `header` if both sets are in the same form, `tsv` or `jsonl`.
 */
export function withInherited(own: FileValues, data: FileValues): FileValues {
  const sameForm = (["tsv", "jsonl"] as const).some((form) => own[form] !== undefined && data[form] !== undefined);
  const { sourceColumn, targetColumn, header } = sameForm ? data : {};
  const inherited = { sourceColumn, targetColumn, header, encoding: data.encoding };
  const values = Object.entries({ ...inherited, ...own }).map(([key, value]) => [
    key,
    value ?? inherited[key as keyof typeof inherited],
  ]);
  return Object.fromEntries(values) as FileValues;
}

/** Returns the first fault of the keys of files. */
export function fileFault(files: FileValues): FileFault | undefined {
  const empty = pathsOf(files).find(([, path]) => path === "");
  if (empty) return { key: empty[0], message: 'expected the path of a file, got ""' };
  const { source, target, tsv, jsonl, sourceColumn, targetColumn, header } = files;
  const text = source !== undefined || target !== undefined;
  const forms = [
    ...(text ? ["`source` and `target`"] : []),
    ...(tsv === undefined ? [] : ["`tsv`"]),
    ...(jsonl === undefined ? [] : ["`jsonl`"]),
  ];
  if (forms.length > 1) {
    return { message: `name the files in one form: ${allForms}; got ${forms.join(" and ")}` };
  }
  if (text && (source === undefined || target === undefined)) {
    return { message: "`source` and `target` belong together" };
  }
  if (header !== undefined && tsv === undefined) {
    return { key: "header", message: "only a `tsv` file has a header; leave it out, or name `tsv`" };
  }
  for (const key of ["sourceColumn", "targetColumn"] as const) {
    const value = files[key];
    if (value === undefined) continue;
    if (tsv === undefined && jsonl === undefined) {
      return { key, message: "only `tsv` and `jsonl` have columns; leave it out, or name one of them" };
    }
    if (jsonl !== undefined && typeof value === "number") {
      return { key, message: `\`jsonl\` needs the key of the text, such as "source", got ${value}` };
    }
    if (tsv !== undefined && typeof value === "string" && header !== true) {
      const got = JSON.stringify(value);
      return { key, message: `a \`tsv\` without \`header: true\` needs the number of the column, from 1, got ${got}` };
    }
  }
  if (tsv !== undefined && (sourceColumn === undefined) !== (targetColumn === undefined)) {
    return { message: "`sourceColumn` and `targetColumn` belong together" };
  }
  if (forms.length === 0 && files.encoding !== undefined) {
    return { key: "encoding", message: `only files have an encoding; leave it out, or name ${allForms}` };
  }
  return files.encoding === undefined ? undefined : encodingFault(files.encoding);
}

function encodingFault(encoding: string): FileFault | undefined {
  try {
    assertEncoding(encoding);
    return undefined;
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return { key: "encoding", message: error.message.replace(/^encoding /, "").replace(/\.$/, "") };
  }
}

/** The forms in which files can be named, for messages. */
export const allForms = "`source` and `target`, `tsv`, or `jsonl`";

/** Returns files as `readPairs` takes them. The values have no fault, and name files. */
export function pairFiles({ source, target, sourceColumn, targetColumn, ...files }: FileValues): PairFiles {
  const { tsv, jsonl, header, encoding } = files;
  if (tsv !== undefined) return { tsv, sourceColumn, targetColumn, header, encoding };
  if (jsonl !== undefined) {
    return { jsonl, sourceKey: sourceColumn as string, targetKey: targetColumn as string, encoding };
  }
  return { source: source as string, target: target as string, encoding };
}
