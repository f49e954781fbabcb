import { constants, open } from "node:fs/promises";
import { RunError } from "../run/run-error.js";

/**
 * Reads a regular file, or a link to one. Devices, pipes and sockets are refused: reading them may never end.
 *
 * @throws RunError when it is not a regular file
 * @throws an error with `code: "ENOENT"` when there is none, `code: "EISDIR"` when it is a folder
 */
export async function readRegularFile(path: string): Promise<Uint8Array> {
  // O_NONBLOCK: opening a pipe does not wait for a writer. Windows has no such flag.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const status = await file.stat();
    if (!status.isFile() && !status.isDirectory()) {
      throw new RunError(`${path} must be a regular file, got ${status.isFIFO() ? "a pipe" : "a device or socket"}.`);
    }
    return await file.readFile();
  } finally {
    await file.close();
  }
}
