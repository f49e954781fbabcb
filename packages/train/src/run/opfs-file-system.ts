import { assertFileSize, type FileSystem, NotAFolderError, pathParts } from "./file-system.js";
import { RunError } from "./run-error.js";

/** The part of a `FileSystemDirectoryHandle` that {@link opfsFileSystem} uses, declared here because it exists only with the types of the DOM. */
export interface DirectoryHandle {
  getDirectoryHandle(name: string, options?: { create?: boolean }): Promise<DirectoryHandle>;
  getFileHandle(name: string, options?: { create?: boolean }): Promise<FileHandle>;
  removeEntry(name: string): Promise<void>;
}

/** The part of a `FileSystemFileHandle` that {@link opfsFileSystem} uses. */
interface FileHandle {
  getFile(): Promise<{ readonly size: number; arrayBuffer(): Promise<ArrayBuffer> }>;
}

/** What a handle may have, depending on the browser and the thread. */
interface WritableHandle extends FileHandle {
  /** Only in dedicated workers. */
  createSyncAccessHandle?(): Promise<{
    truncate(size: number): void;
    write(bytes: Uint8Array, options: { at: number }): number;
    flush(): void;
    close(): void;
  }>;
  createWritable?(): Promise<{ write(bytes: Uint8Array): Promise<void>; close(): Promise<void> }>;
  move?(folder: DirectoryHandle, name: string): Promise<void>;
}

/** The lock of a worker that was terminated becomes free within this time. */
const lockWaitMs = 2000;

/**
 * Creates a file system in the origin private file system of a browser, in a page or a Web Worker. Files stay until the
 * user clears the data of the site; `navigator.storage.persist()` keeps the browser from removing them.
 *
 * In a dedicated worker, files are written through `createSyncAccessHandle`, elsewhere through `createWritable`. Web Locks
 * lock a folder: no other page or worker of the origin can train into it.
 *
 * @param root - the folder that paths start from, such as one of `showDirectoryPicker`; default: that of the origin
 * @example
 * const fileSystem = opfsFileSystem();
 * await train({ config, out: "runs/copy", fileSystem });
 * const run = await loadRun("runs/copy", { fileSystem });
 */
export function opfsFileSystem(root?: DirectoryHandle): FileSystem {
  let start: Promise<DirectoryHandle> | undefined;
  const top = (): Promise<DirectoryHandle> => {
    start ??= root ? Promise.resolve(root) : navigator.storage.getDirectory();
    return start;
  };

  /** Returns a folder; null when it or one on the way is missing. */
  const openFolder = async (
    path: string,
    parts: readonly string[],
    create = false,
  ): Promise<DirectoryHandle | null> => {
    let folder = await top();
    for (const part of parts) {
      const next = await found(folder.getDirectoryHandle(part, { create }), () => {
        throw new NotAFolderError(`${path}: ${part} is a file; a folder was expected.`);
      });
      if (next === null) return null;
      folder = next;
    }
    return folder;
  };

  /** Returns the folder of a file, and the name of the file in it. */
  const openParent = async (path: string): Promise<{ folder: DirectoryHandle | null; name: string }> => {
    const parts = pathParts(path);
    return { folder: await openFolder(path, parts.slice(0, -1)), name: parts.at(-1) ?? "" };
  };

  const openFile = async (path: string, create = false): Promise<WritableHandle | null> => {
    const { folder, name } = await openParent(path);
    if (folder === null) return null;
    return await found<WritableHandle>(folder.getFileHandle(name, { create }), () => {
      throw new RunError(`${path} is a folder; a file was expected.`);
    });
  };

  const missing = (path: string): RunError => new RunError(`There is no file ${path}, or no folder for it.`);

  const fileSystem: FileSystem = {
    async read(path, maxBytes) {
      for (let attempt = 1; ; attempt++) {
        const file = await openFile(path);
        if (file === null) return null;
        try {
          const content = await file.getFile();
          assertFileSize(path, content.size, maxBytes);
          return new Uint8Array(await content.arrayBuffer());
        } catch (error) {
          // Another worker replaced the file after it was opened.
          if (attempt === 3 || !["NotFoundError", "NotReadableError"].includes(nameOf(error))) throw error;
        }
      }
    },
    async list(path) {
      const folder = await openFolder(path, pathParts(path));
      if (folder === null) return null;
      const names: string[] = [];
      for await (const name of (folder as DirectoryHandle & { keys(): AsyncIterable<string> }).keys()) names.push(name);
      return names;
    },
    async assertWritable(path) {
      let parts = pathParts(path);
      try {
        while ((await openFolder(path, parts)) === null) parts = parts.slice(0, -1);
        // The second file replaces the first one: some old browsers cannot do that.
        const [probe, other] = [0, 1].map((i) => [...parts, `.heed-${crypto.randomUUID()}-${i}`].join("/"));
        try {
          for (const file of [probe!, other!]) await fileSystem.write(file, Uint8Array.of(1));
          await fileSystem.rename(other!, probe!);
        } finally {
          for (const file of [probe!, other!]) await fileSystem.remove(file);
        }
      } catch (error) {
        throw new RunError(`Cannot write to ${path}: ${(error as Error).message}`, { cause: error });
      }
    },
    async lock(path) {
      const origin = (await navigator.storage.getDirectory()) as { resolve(folder: unknown): Promise<string[] | null> };
      const parts = [...((root && (await origin.resolve(root))) ?? []), ...pathParts(path)];
      const options = { signal: AbortSignal.timeout(lockWaitMs) };
      return await new Promise((resolve, reject) => {
        const held = navigator.locks.request(`heed ${parts.join("/")}`, options, () => {
          return new Promise<void>((release) => {
            resolve(async () => {
              release();
              await held;
            });
          });
        });
        held.catch((error: unknown) => {
          reject(
            options.signal.aborted
              ? new RunError(`Another page or worker trains into ${path}. Wait for it, or choose another folder.`)
              : error,
          );
        });
      });
    },
    async isFolder(path) {
      const folder = await openFolder(path, pathParts(path)).catch((error: unknown) => {
        if (error instanceof NotAFolderError) return null;
        throw error;
      });
      return folder !== null;
    },
    async makeFolder(path) {
      await openFolder(path, pathParts(path), true);
    },
    async write(path, bytes) {
      const file = await openFile(path, true);
      if (file === null) throw missing(path);
      if (!file.createSyncAccessHandle) return await replaceContent(file, bytes);
      const access = await file.createSyncAccessHandle();
      try {
        access.truncate(0);
        const written = access.write(bytes, { at: 0 });
        if (written !== bytes.byteLength) {
          throw new RunError(`${path}: only ${written} of ${bytes.byteLength} bytes fit. Free space for this site.`);
        }
        access.flush();
      } finally {
        access.close();
      }
    },
    async rename(from, to) {
      const file = await openFile(from);
      const { folder, name } = await openParent(to);
      if (file === null || folder === null) throw missing(from);
      if (file.move) return await file.move(folder, name);
      // Without `move`: a process that dies before the removal leaves both files, whole.
      const target = await folder.getFileHandle(name, { create: true });
      await replaceContent(target, new Uint8Array(await (await file.getFile()).arrayBuffer()));
      await fileSystem.remove(from);
    },
    async remove(path) {
      const { folder, name } = await openParent(path);
      if (folder) await found(folder.removeEntry(name));
    },
    async syncFolder() {
      // The browser keeps the names; there is no operation that flushes them.
    },
  };
  return fileSystem;
}

/** Replaces the content of a file in one operation, when the new content is complete. */
async function replaceContent(file: WritableHandle, bytes: Uint8Array): Promise<void> {
  if (!file.createWritable) {
    throw new RunError("This browser can write files only in a dedicated worker. Train in one, or update the browser.");
  }
  const writable = await file.createWritable();
  // A view on shared memory is refused; a copy is accepted.
  await writable.write(new Uint8Array(bytes));
  await writable.close();
}

/** Waits for a result; null when there is nothing of this name. */
async function found<T>(opening: Promise<T>, otherKind?: () => never): Promise<T | null> {
  try {
    return await opening;
  } catch (error) {
    if (nameOf(error) === "NotFoundError") return null;
    if (nameOf(error) === "TypeMismatchError") otherKind?.();
    throw error;
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error || error instanceof DOMException ? error.name : "";
}
