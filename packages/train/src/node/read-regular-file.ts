import { constants, open } from "node:fs/promises";
import { assertFileSize } from "../run/file-system.js";
import { RunError } from "../run/run-error.js";

/**
 * Reads a regular file, or a link to one. Devices, pipes and sockets are refused: reading them may never end.
 *
 * @param maxBytes - default: no limit
 * @throws RunError when it is not a regular file, or larger than `maxBytes`; nothing is read then
 * @throws an error with `code: "ENOENT"` when there is none, `code: "EISDIR"` when it is a folder
 */
export async function readRegularFile(path: string, maxBytes?: number): Promise<Uint8Array> {
  // O_NONBLOCK: opening a pipe does not wait for a writer. Windows has no such flag.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const status = await file.stat();
    if (!status.isFile() && !status.isDirectory()) {
      throw new RunError(`${path} must be a regular file, got ${status.isFIFO() ? "a pipe" : "a device or socket"}.`);
    }
    if (status.isFile()) {
      assertFileSize(path, status.size, maxBytes);
      // Some files in /proc have the size 0 and content without end.
      if (status.size === 0) return new Uint8Array();
    }
    return await file.readFile();
  } finally {
    await file.close();
  }
}
