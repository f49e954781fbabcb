import { mkdtemp, readdir, rmdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { RunError } from "../run/run-error.js";

/**
 * Finds out whether files can be written to a folder, which need not exist yet: makes a folder within it, or within the
 * nearest one above it that exists, and removes it at once. Permissions are not enough: a read-only or virtual file
 * system refuses all writes, and making `/proc/a/b` would never end.
 *
 * @throws RunError naming the folder or file that is in the way
 */
export async function assertWritableFolder(path: string): Promise<void> {
  let folder = resolve(path);
  for (;;) {
    const found = await stat(folder).catch((error: { code?: unknown }) => {
      if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
      throw cannot(path, folder, error);
    });
    if (found?.isDirectory()) break;
    if (found) throw new RunError(`Cannot write to ${path}: ${folder} is a file; a folder was expected.`);
    const above = dirname(folder);
    if (above === folder) throw cannot(path, folder, "there is no such drive");
    folder = above;
  }
  try {
    await mkdtemp(join(folder, ".heed-"));
    // Those of processes that were killed here, too. Only empty folders are removed.
    for (const name of await readdir(folder)) {
      if (/^\.heed-\w{6}$/.test(name)) await rmdir(join(folder, name)).catch(unlessGone);
    }
  } catch (error) {
    throw cannot(path, folder, error);
  }
}

/** Another process may have removed it. */
function unlessGone(error: { code?: unknown }): void {
  if (error.code !== "ENOENT" && error.code !== "ENOTDIR" && error.code !== "ENOTEMPTY") throw error;
}

function cannot(path: string, folder: string, error: unknown): RunError {
  return new RunError(
    `Cannot write to ${path}: nothing can be made in ${folder} (${(error as { code?: string }).code ?? error}). Choose another folder, or change who may write there.`,
    { cause: error },
  );
}
