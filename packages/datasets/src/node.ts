import { readdir, readFile as readNodeFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { buffer } from "node:stream/consumers";
import { didYouMean } from "@heed/core";
import { DataError } from "./data-error.js";

let standardInputRead = false;

/**
 * Returns the bytes of a file, or of standard input for `-`.
 *
 * @throws DataError when the file cannot be read (a missing file: names the similar one beside it), or when standard input
 *   was read before
 * @example
 * import { readPairs } from "@heed/datasets/text";
 * import { readFile } from "@heed/datasets/node";
 * const { pairs } = await readPairs({ tsv: "ko-en.tsv" }, readFile);
 */
export async function readFile(path: string): Promise<Uint8Array> {
  if (path === "-") return readStandardInput();
  try {
    return await readNodeFile(path);
  } catch (error) {
    throw new DataError(await messageFor(path, error as NodeJS.ErrnoException), { cause: error });
  }
}

function readStandardInput(): Promise<Uint8Array> {
  if (standardInputRead) {
    throw new DataError("Standard input (-) can be read once only. Save the second input to a file.");
  }
  standardInputRead = true;
  return buffer(process.stdin);
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
