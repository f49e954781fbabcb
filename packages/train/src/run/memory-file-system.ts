import { assertFileSize, type FileSystem, NotAFolderError, pathParts } from "./file-system.js";
import { RunError } from "./run-error.js";

/**
 * Creates an empty file system in memory, for tests and for pages that keep a run only as long as they are open.
 *
 * @example
 * const fileSystem = memoryFileSystem();
 * await train({ config, out: "run", fileSystem });
 * const run = await loadRun("run", { fileSystem });
 */
export function memoryFileSystem(): FileSystem {
  const files = new Map<string, Uint8Array>();
  // The root is "".
  const folders = new Set([""]);
  const locked = new Set<string>();
  const keyOf = (path: string): string => pathParts(path).join("/");
  /** The path of each folder on the way to `key`, from the root, and `key` itself. */
  const wayTo = (key: string): string[] => {
    const parts = key === "" ? [] : key.split("/");
    return ["", ...parts.map((_, i) => parts.slice(0, i + 1).join("/"))];
  };
  const parentOf = (key: string): string => key.split("/").slice(0, -1).join("/");
  const assertNoFile = (path: string, keys: readonly string[]): void => {
    const file = keys.find((key) => files.has(key));
    if (file !== undefined) throw new NotAFolderError(`${path}: ${file} is a file; a folder was expected.`);
  };
  const assertParent = (path: string): void => {
    const parent = parentOf(keyOf(path));
    assertNoFile(path, wayTo(parent));
    if (!folders.has(parent)) throw new RunError(`${path}: there is no folder ${parent}. Create it with makeFolder.`);
  };

  return {
    async read(path, maxBytes) {
      const key = keyOf(path);
      if (folders.has(key)) throw new RunError(`${path} is a folder; a file was expected.`);
      assertNoFile(path, wayTo(parentOf(key)));
      const bytes = files.get(key);
      assertFileSize(path, bytes?.byteLength ?? 0, maxBytes);
      return bytes?.slice() ?? null;
    },
    async list(path) {
      const key = keyOf(path);
      assertNoFile(path, wayTo(key));
      if (!folders.has(key)) return null;
      const inside = [...files.keys(), ...folders].filter((each) => each !== key && parentOf(each) === key);
      return inside.map((each) => each.slice(key === "" ? 0 : key.length + 1));
    },
    async assertWritable(path) {
      const file = wayTo(keyOf(path)).find((key) => files.has(key));
      if (file !== undefined) throw new RunError(`Cannot write to ${path}: ${file} is a file; a folder was expected.`);
    },
    async lock(path) {
      const key = keyOf(path);
      if (locked.has(key)) throw new RunError(`Another training writes to ${path}. Choose another folder.`);
      locked.add(key);
      return async () => void locked.delete(key);
    },
    async isFolder(path) {
      return folders.has(keyOf(path));
    },
    async makeFolder(path) {
      const way = wayTo(keyOf(path));
      assertNoFile(path, way);
      for (const key of way) folders.add(key);
    },
    async write(path, bytes) {
      assertParent(path);
      const key = keyOf(path);
      if (folders.has(key)) throw new RunError(`${path} is a folder; a file was expected.`);
      files.set(key, Uint8Array.from(bytes));
    },
    async rename(from, to) {
      const bytes = files.get(keyOf(from));
      if (!bytes) throw new RunError(`Cannot rename ${from} to ${to}: there is no file ${from}.`);
      assertParent(to);
      if (folders.has(keyOf(to))) throw new RunError(`Cannot rename ${from} to ${to}, which is a folder.`);
      files.delete(keyOf(from));
      files.set(keyOf(to), bytes);
    },
    async remove(path) {
      files.delete(keyOf(path));
    },
    async syncFolder() {},
  };
}
