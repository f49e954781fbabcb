import { lstat, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import type { FileSystem } from "../run/file-system.js";
import { lockFolder } from "./folder-lock.js";
import { readRegularFile } from "./read-regular-file.js";
import { assertWritableFolder } from "./writable-folder.js";
import { changing } from "./write-error.js";

/** The file system of the operating system. Paths are those of the operating system. */
export const nodeFileSystem: FileSystem = {
  read: (path, maxBytes) => orNull(readRegularFile(path, maxBytes)),
  list: (path) => orNull(readdir(path)),
  assertWritable: assertWritableFolder,
  lock: lockFolder,
  isFolder: async (path) => (await orNull(lstat(path)))?.isDirectory() ?? false,
  async makeFolder(path) {
    await changing(path, mkdir(path, { recursive: true }));
  },
  write: (path, bytes) => changing(path, writeAnew(path, bytes)),
  rename: (from, to) => changing(to, rename(from, to)),
  remove: (path) => changing(path, rm(path, { force: true })),
  syncFolder: (path) => changing(path, syncFolder(path)),
};

async function writeAnew(path: string, bytes: Uint8Array): Promise<void> {
  // Removed and created anew: a link that stands there is not followed out of the folder.
  await rm(path, { force: true });
  const file = await open(path, "wx");
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  // Windows cannot open a folder; its file systems journal names on their own.
  if (process.platform === "win32") return;
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function orNull<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") return null;
    throw error;
  }
}
