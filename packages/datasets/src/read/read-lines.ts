import { decodeLines } from "./decode-lines.js";
import { gunzip } from "./gunzip.js";

/**
 * Returns the bytes of a file. `@heed/datasets/node` has one for Node; in a browser it may be
 * `async (path) => new Uint8Array(await (await fetch(path)).arrayBuffer())`.
 */
export type ReadFile = (path: string) => Promise<Uint8Array>;

/**
 * Reads the lines of a text file, compressed with gzip or not. See {@link decodeLines} for what a line is.
 *
 * @param options - `encoding`: any label of `TextDecoder`; default `"utf-8"`
 * @throws DataError when the compressed data is damaged, or when the text is not valid in the encoding
 * @throws what `read` throws
 * @example
 * const lines = await readLines("train.ko.gz", readFile, { encoding: "euc-kr" });
 */
export async function readLines(
  path: string,
  read: ReadFile,
  { encoding }: { readonly encoding?: string | undefined } = {},
): Promise<string[]> {
  const name = path === "-" ? "standard input" : path;
  return decodeLines(await gunzip(await read(path), name), name, encoding);
}
