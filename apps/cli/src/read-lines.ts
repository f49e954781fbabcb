import { createInterface } from "node:readline";
import { DataError } from "@heed/datasets";
import { collectStandardInput, readFile } from "@heed/datasets/node";
import { readLines as readLinesOf } from "@heed/datasets/text";
import type { Io } from "./io.js";

/**
 * Yields the lines of a file, or of standard input for `-`, in groups: all at once, or one by one when they are typed. Both may
 * be compressed with gzip.
 *
 * @param encoding - any label of `TextDecoder`; default: UTF-8
 * @throws DataError when the file cannot be read, or is not valid in the encoding (names file and line)
 */
export async function* readLines(
  path: string,
  { stdin }: Pick<Io, "stdin">,
  encoding?: string,
): AsyncGenerator<string[]> {
  if (path !== "-") {
    yield await nameEncodingOption(readLinesOf(path, readFile, { encoding }));
    return;
  }
  if (stdin.isTTY === true) {
    for await (const line of createInterface({ input: stdin })) yield [line];
    return;
  }
  yield await nameEncodingOption(readLinesOf(path, () => collectStandardInput(stdin), { encoding }));
}

/** Waits for text that is read. Its errors name `--encoding`, in place of the key `encoding` of a configuration. */
export async function nameEncodingOption<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    const message = error.message
      .replace(/\bset `encoding: ([^`]+)`/, "set --encoding $1")
      .replace(/\bset `encoding`/, "set --encoding");
    throw new DataError(message, { cause: error });
  }
}
