import { readdir, readFile as readNodeFile, stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { didYouMean } from "@heed/core";
import { DataError } from "./data-error.js";
import { textLimits } from "./limits.js";
import { collectBytes } from "./read/collect-bytes.js";

let standardInputRead = false;

/**
 * Returns the bytes of a file, or of standard input for `-`.
 *
 * @throws DataError when the file cannot be read, or is no regular file (a missing file: names the similar one beside it), or when standard input
 *   was read before
 * @example
 * import { readPairs } from "@heed/datasets/text";
 * import { readFile } from "@heed/datasets/node";
 * const { pairs } = await readPairs({ tsv: "ko-en.tsv" }, readFile);
 */
export async function readFile(path: string): Promise<Uint8Array> {
  if (path === "-") return readStandardInput();
  try {
    await assertReadable(path);
    return await readNodeFile(path);
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw new DataError(await messageFor(path, error as NodeJS.ErrnoException), { cause: error });
  }
}

function readStandardInput(): Promise<Uint8Array> {
  if (standardInputRead) {
    throw new DataError("Standard input (-) can be read once only. Save the second input to a file.");
  }
  standardInputRead = true;
  return collectStandardInput(process.stdin);
}

/**
 * Collects the bytes of standard input.
 * @throws DataError when there are more than `textLimits.standardInputBytes`
 */
export function collectStandardInput(input: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  return collectBytes(input, "standard input", textLimits.standardInputBytes);
}

/** Paths of pipes that a shell opened for this process, such as `<(command)`. */
const openPipe = /^\/(dev\/fd|proc\/self\/fd)\/\d+$|^\/dev\/stdin$/;

/** @throws DataError when reading the file may never end: it is a device, a socket, or a pipe with a name */
async function assertReadable(path: string): Promise<void> {
  const status = await stat(path);
  if (status.isFile() || status.isDirectory() || openPipe.test(path)) return;
  throw new DataError(
    `${path} must be a regular file, got ${status.isFIFO() ? "a pipe" : "a device or socket"}. Save the data to a file, or use - for standard input.`,
  );
}

async function messageFor(path: string, { code, message }: NodeJS.ErrnoException): Promise<string> {
  switch (code) {
    case "EISDIR":
      return `${path} is a folder; expected a file. Name a file in it.`;
    case "EACCES":
    case "EPERM":
      return `There is no permission to read ${path}. Change the permissions of the file, or copy it.`;
    case "ERR_FS_FILE_TOO_LARGE":
      return `${path} is too large: Node reads files of at most 2 GiB. Compress it with gzip, or split it.`;
    case "ENOENT":
    case "ENOTDIR": {
      const folder = dirname(path);
      const beside = await readdir(folder).catch(() => undefined);
      const hint = beside === undefined ? ` There is no folder ${folder} either.` : didYouMean(basename(path), beside);
      return `There is no file ${path}.${hint} Check the path, which starts at ${process.cwd()} unless it is absolute.`;
    }
    default:
      return `Cannot read ${path}: ${message}.`;
  }
}
