import { createInterface } from "node:readline";
import { decodeLines, readLines as readLinesOf } from "@heed/datasets";
import { readFile } from "@heed/datasets/node";
import type { Io } from "./io.js";

/**
 * Yields the lines of a file, or of standard input for `-`, in groups: all at once, or one by one when they are typed.
 *
 * @throws DataError when the file cannot be read, or is not UTF-8 (names file and line)
 */
export async function* readLines(path: string, { stdin }: Pick<Io, "stdin">): AsyncGenerator<string[]> {
  if (path !== "-") {
    yield await readLinesOf(path, readFile);
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
