import { rename, rm, writeFile } from "node:fs/promises";
import { HeedError } from "@heed/core";

/**
 * Writes a file beside its place, and then puts it there in one operation.
 * @throws HeedError naming the file when it cannot be written
 */
export async function replaceFile(path: string, content: string): Promise<void> {
  const temporary = `${path}.tmp`;
  try {
    // Removed and created anew: a link that stands there is not followed.
    await rm(temporary, { force: true });
    await writeFile(temporary, content, { flag: "wx" });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw notWritten(path, error);
  }
}

/**
 * Writes a file that does not exist. When it cannot be written, nothing is left.
 * @throws HeedError naming the file when it exists, or cannot be written
 */
export async function createFile(path: string, content: string): Promise<void> {
  try {
    await writeFile(path, content, { flag: "wx" });
  } catch (error) {
    if ((error as { code?: unknown }).code !== "EEXIST") await rm(path, { force: true }).catch(() => undefined);
    throw notWritten(path, error);
  }
}

/** The errors of Node.js name no file when the disk is full. */
function notWritten(path: string, error: unknown): HeedError {
  return new HeedError(`Cannot write ${path}: ${(error as Error).message}. Free space, or choose another folder.`, {
    cause: error,
  });
}
