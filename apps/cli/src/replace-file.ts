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
    // The errors of Node.js name no file when the disk is full.
    throw new HeedError(`Cannot write ${path}: ${(error as Error).message}. Free space, or choose another folder.`, {
      cause: error,
    });
  }
}
