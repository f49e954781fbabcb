import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { DataError, decodeLines } from "@heed/datasets";
import type { Io } from "./io.js";

/**
 * Lines of a file, or of standard input for `-`, in groups: all at once, or one by one as somebody types them.
 *
 * @throws DataError where the file is missing or not UTF-8 (names file and line)
 */
export async function* readLines(path: string, { stdin }: Pick<Io, "stdin">): AsyncGenerator<string[]> {
  if (path !== "-") {
    yield decodeLines(await readBytes(path), path);
    return;
  }
  if (stdin.isTTY === true) {
    for await (const line of createInterface({ input: stdin })) yield [line];
    return;
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of stdin) chunks.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
  yield decodeLines(Buffer.concat(chunks), "standard input");
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") throw new DataError(`There is no file ${path}.`, { cause: error });
    if (code === "EISDIR") throw new DataError(`${path} is a folder; a file was expected.`, { cause: error });
    throw new DataError(`Cannot read ${path}: ${message}`, { cause: error });
  }
}
