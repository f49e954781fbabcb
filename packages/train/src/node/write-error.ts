import { RunError } from "../run/run-error.js";

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full (ENOSPC). Free space",
  EDQUOT: "the quota of the user is used up (EDQUOT). Free space",
  EFBIG: "the file is larger than the system allows (EFBIG). Raise the limit, such as `ulimit -f`",
  EIO: "the disk failed (EIO). Check the disk",
  EROFS: "the file system is read-only (EROFS). Make it writable",
};

/**
 * Waits for a change of the file or folder `path`. The errors of Node name no file when an open one cannot be written.
 * @throws RunError that names `path` when the disk is full or fails
 */
export async function changing<T>(path: string, change: Promise<T>): Promise<T> {
  try {
    return await change;
  } catch (cause) {
    const reason = reasons[(cause as { code?: string }).code ?? ""];
    if (reason === undefined) throw cause;
    throw new RunError(
      `Cannot write ${path}: ${reason}, then repeat the command. The last checkpoint of a run is kept: resume it.`,
      { cause },
    );
  }
}
