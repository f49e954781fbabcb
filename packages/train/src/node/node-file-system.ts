import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import type { FileSystem } from "../run/file-system.js";
import { lockFolder } from "./folder-lock.js";
import { readRegularFile } from "./read-regular-file.js";
import { assertWritableFolder } from "./writable-folder.js";

/** The file system of the operating system. Paths are those of the operating system. */
export const nodeFileSystem: FileSystem = {
  read: (path, maxBytes) => orNull(readRegularFile(path, maxBytes)),
  list: (path) => orNull(readdir(path)),
  assertWritable: assertWritableFolder,
  lock: lockFolder,
  async makeFolder(path) {
    await mkdir(path, { recursive: true });
  },
  async write(path, bytes) {
    // Removed and created anew: a link that stands there is not followed out of the folder.
    await rm(path, { force: true });
    const file = await open(path, "wx");
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  },
  rename,
  remove: (path) => rm(path, { force: true }),
  async syncFolder(path) {
    // Windows cannot open a folder; its file systems journal names on their own.
    if (process.platform === "win32") return;
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
