import type { Stats } from "node:fs";
import { constants, open, stat } from "node:fs/promises";
import { assertFileSize } from "../run/file-system.js";
import { RunError } from "../run/run-error.js";

/**
 * Reads a regular file, or a link to one. Folders, devices, pipes and sockets are refused: reading them may never end.
 *
 * @param maxBytes - default: no limit
 * @throws RunError when it is not a regular file, or larger than `maxBytes`; nothing is read then
 * @throws an error with `code: "ENOENT"` when there is none
 */
export async function readRegularFile(path: string, maxBytes?: number): Promise<Uint8Array> {
  // O_NONBLOCK: opening a pipe does not wait for a writer. Windows has no such flag.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const status = await file.stat();
    if (!status.isFile()) throw notRegular(path, status);
    assertFileSize(path, status.size, maxBytes);
    // Some files in /proc have the size 0 and content without end.
    if (status.size === 0) return new Uint8Array();
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/**
 * Checks that a path does not lead to a folder, device, pipe or socket. A path that leads to nothing passes.
 * @throws RunError naming the path
 */
export async function assertRegularFile(path: string): Promise<void> {
  const status = await stat(path).catch(() => null);
  if (status !== null && !status.isFile()) throw notRegular(path, status);
}

function notRegular(path: string, status: Stats): RunError {
  const kind = status.isDirectory() ? "a folder" : status.isFIFO() ? "a pipe" : "a device or socket";
  return new RunError(`${path} must be a regular file, got ${kind}. Restore the file.`);
}
