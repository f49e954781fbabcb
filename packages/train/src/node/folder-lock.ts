import { open, readFile, rename, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { RunError } from "../run/run-error.js";

/** Who holds a folder. */
interface Holder {
  readonly pid: number;
  readonly host: string;
}

/** The locks of this process, by path. */
const own = new Set<string>();

/**
 * Locks a folder for this process, so that no other training writes to it. The lock of a dead process is replaced.
 *
 * @param folder - which exists
 * @returns a function that unlocks it
 * @throws RunError when another living process, or another training of this process, has locked it
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(resolve(folder), "train.lock");
  const me: Holder = { pid: process.pid, host: hostname() };
  if (own.has(path)) throw new RunError(`This process trains into ${folder} already. Choose another folder.`);
  own.add(path);
  try {
    for (;;) {
      // "wx" makes the file or fails: of two processes that come at once, one gets it.
      const file = await open(path, "wx").catch((error: { code?: unknown }) => {
        if (error.code === "EEXIST") return null;
        throw error;
      });
      if (file) {
        await file.writeFile(`${JSON.stringify(me)}\n`);
        await file.close();
        break;
      }
      const holder = readHolder(await readFile(path, "utf8").catch(() => ""));
      if (holder && lives(holder, me.host)) {
        throw new RunError(
          `Process ${holder.pid} on ${holder.host} trains into ${folder} already. Wait for it, or choose another folder; if there is no such training any more, delete ${path}.`,
        );
      }
      // Moved away rather than removed: of two processes that find it, one moves it, and neither takes the other's new one.
      const aside = `${path}.${crypto.randomUUID()}`;
      await rename(path, aside).catch(() => undefined);
      await rm(aside, { force: true });
    }
  } catch (error) {
    own.delete(path);
    throw error;
  }
  return async () => {
    own.delete(path);
    await rm(path, { force: true });
  };
}

/** Undefined where a process died while it wrote the file. */
function readHolder(text: string): Holder | undefined {
  try {
    const { pid, host } = JSON.parse(text) as Partial<Holder>;
    return Number.isInteger(pid) && typeof host === "string" ? { pid: pid!, host } : undefined;
  } catch {
    return undefined;
  }
}

/** Returns whether a process may still run. A process of another machine always may. */
function lives({ pid, host }: Holder, here: string): boolean {
  if (host !== here) return true;
  // This process remembers its locks: another process had this id before.
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: unknown }).code !== "ESRCH";
  }
}
