import { lockFolder } from "./folder-lock.js";
import { assertWritableFolder } from "./writable-folder.js";

/**
 * The few things that a run folder does to a disk, each of them a point at which a process may die. Paths are those of
 * the operating system.
 */
export interface FileSystem {
  /** The bytes of a file; null where there is none. */
  read(path: string): Promise<Uint8Array | null>;
  /** Names in a folder; null where there is no such folder. */
  list(path: string): Promise<string[] | null>;
  /**
   * Checks that files can be written to a folder, which need not exist yet.
   * @throws RunError naming what is in the way
   */
  assertWritable(path: string): Promise<void>;
  /**
   * Takes a folder that exists for this process alone; the function it returns gives it back.
   * @throws RunError when somebody else holds it
   */
  lock(path: string): Promise<() => Promise<void>>;
  /** Makes a folder and those above it. */
  makeFolder(path: string): Promise<void>;
  /** Writes a file from its beginning and waits until the disk has it. A process that dies here leaves half a file. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** Gives a file another name, in place of the file of that name: wholly or not at all. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file; nothing happens where there is none. */
  remove(path: string): Promise<void>;
  /** Waits until the disk has the names of a folder. */
  syncFolder(path: string): Promise<void>;
}

/** The file system of Node, loaded when it is first used: nothing else here needs Node. */
export const nodeFileSystem: FileSystem = {
  async read(path) {
    const { readFile } = await import("node:fs/promises");
    return await orNull(readFile(path));
  },
  async list(path) {
    const { readdir } = await import("node:fs/promises");
    return await orNull(readdir(path));
  },
  assertWritable: assertWritableFolder,
  lock: lockFolder,
  async makeFolder(path) {
    const { mkdir } = await import("node:fs/promises");
    await mkdir(path, { recursive: true });
  },
  async write(path, bytes) {
    const { open } = await import("node:fs/promises");
    const file = await open(path, "w");
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  },
  async rename(from, to) {
    const { rename } = await import("node:fs/promises");
    await rename(from, to);
  },
  async remove(path) {
    const { rm } = await import("node:fs/promises");
    await rm(path, { force: true });
  },
  async syncFolder(path) {
    // Windows cannot open a folder; its file systems journal names on their own.
    if (process.platform === "win32") return;
    const { open } = await import("node:fs/promises");
    const folder = await open(path, "r");
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  },
};

async function orNull<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") return null;
    throw error;
  }
}
