import { didYouMean } from "@heed/core";
import { DataError } from "./data-error.js";

const codeOf = (error: unknown): string | undefined => (error as { code?: string } | undefined)?.code;

/**
 * The bytes of a file.
 *
 * @throws DataError where it cannot be read: names the path, and the file beside it that was probably meant
 */
export async function readBytes(path: string): Promise<Uint8Array> {
  const { readFile, readdir } = await import("node:fs/promises");
  const { basename, dirname } = await import("node:path");
  try {
    return await readFile(path);
  } catch (error) {
    if (codeOf(error) === "EISDIR") throw new DataError(`${path} is a folder; a file was expected.`, { cause: error });
    if (codeOf(error) !== "ENOENT") {
      throw new DataError(`Cannot read ${path}: ${(error as Error).message}`, { cause: error });
    }
    const beside = await readdir(dirname(path)).catch(() => undefined);
    const hint =
      beside === undefined ? ` There is no folder ${dirname(path)} either.` : didYouMean(basename(path), beside);
    throw new DataError(`There is no file ${path}.${hint}`, { cause: error });
  }
}

/**
 * Writes a file as a whole or not at all: to a temporary name beside it, synced, then renamed.
 *
 * @throws DataError where it cannot be written
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  const { open, rename, rm } = await import("node:fs/promises");
  const temporary = `${path}.${crypto.randomUUID()}.tmp`;
  try {
    const file = await open(temporary, "wx");
    try {
      await file.writeFile(text, "utf8");
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    const hint = codeOf(error) === "ENOENT" ? " Its folder does not exist: make it first." : "";
    throw new DataError(`Cannot write ${path}: ${(error as Error).message}.${hint}`, { cause: error });
  }
}
