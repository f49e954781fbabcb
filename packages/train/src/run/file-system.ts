import { HeedError } from "@heed/core";
import { RunError } from "./run-error.js";

/**
 * The file operations of a run folder. After each of them a process may die. `nodeFileSystem` (of `@heed/train/node`),
 * `memoryFileSystem` and `opfsFileSystem` implement it; `fileSystemChecks` (of `@heed/train/testing`) certifies others.
 *
 * The parts of a path are separated by `/`.
 */
export interface FileSystem {
  /**
   * Reads a file.
   * @param maxBytes - default: no limit
   * @returns null when there is none
   * @throws when the path is a folder, or a file stands in place of one of its folders
   * @throws RunError when the file has more than `maxBytes` bytes, before it is read; see {@link assertFileSize}
   */
  read(path: string, maxBytes?: number): Promise<Uint8Array | null>;
  /**
   * Returns the names in a folder, in any order; null when there is no such folder.
   * @throws an error with `code: "ENOTDIR"`, such as {@link NotAFolderError}, when the path leads to or through a file
   */
  list(path: string): Promise<string[] | null>;
  /**
   * Checks that files can be written to a folder, which may not exist yet. It leaves nothing behind.
   * @throws RunError naming the obstacle
   */
  assertWritable(path: string): Promise<void>;
  /**
   * Locks an existing folder, so that no other training writes to it. The lock of a process or worker that died is free.
   * @returns a function that unlocks it
   * @throws RunError when another training has locked it
   */
  lock(path: string): Promise<() => Promise<void>>;
  /** Returns whether a path is a folder: false for a link to one, for a file, and where nothing is. */
  isFolder(path: string): Promise<boolean>;
  /** Creates a folder and its parents. Existing ones stay as they are. */
  makeFolder(path: string): Promise<void>;
  /** Creates or replaces a file and flushes it to the disk. A process that dies here may leave a part of the file. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** Renames a file. A file of the new name is replaced in one operation: a process that dies here leaves one of the two. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file; does nothing when there is none. */
  remove(path: string): Promise<void>;
  /** Flushes the names in a folder to the disk. */
  syncFolder(path: string): Promise<void>;
}

/** A path leads to or through a file where a folder was expected. */
export class NotAFolderError extends HeedError {
  /** As Node has it. */
  readonly code = "ENOTDIR";
}

/** @throws RunError when a file has more bytes than it may have */
export function assertFileSize(path: string, bytes: number, maxBytes = Number.POSITIVE_INFINITY): void {
  if (bytes <= maxBytes) return;
  throw new RunError(
    `${path} is too large: expected at most ${maxBytes} bytes, got ${bytes}. Use a smaller file, or restore it.`,
  );
}

/**
 * Splits a path at `/`, without empty parts and `.`.
 * @throws HeedError when a part is `..`
 */
export function pathParts(path: string): string[] {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes("..")) throw new HeedError(`A path here cannot contain "..", got "${path}". Give the whole path.`);
  return parts;
}
