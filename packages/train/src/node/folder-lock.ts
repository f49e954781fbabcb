import { link, lstat, open, readdir, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import * as z from "zod/mini";
import { RunError } from "../run/run-error.js";
import { mayRun, ownIdentity, type ProcessIdentity } from "./process-identity.js";
import { readRegularFile } from "./read-regular-file.js";
import { changing } from "./write-error.js";

const holderSchema = z.object({
  pid: z.int(),
  host: z.string(),
  boot: z.nullable(z.string()),
  namespace: z.nullable(z.string()),
  started: z.nullable(z.string()),
  /** Differs from lock to lock. It becomes a part of a file name, so nothing else may be in it. */
  token: z.string().check(z.regex(/^[\w-]{1,64}$/)),
});

type Holder = z.infer<typeof holderSchema>;

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
  if (own.has(path)) throw new RunError(`This process trains into ${folder} already. Choose another folder.`);
  own.add(path);
  try {
    const me = await ownIdentity();
    const taken = await changing(path, take(path, me));
    if ("pid" in taken) {
      throw new RunError(
        `Process ${taken.pid} on ${taken.host} trains into ${folder} already. Wait for it, or choose another folder. If that process does not run any more, delete ${path}.`,
      );
    }
    await changing(path, removeLeftovers(path, me));
    return async () => {
      await changing(path, taken.release());
      own.delete(path);
    };
  } catch (error) {
    own.delete(path);
    throw error;
  }
}

/** Takes the lock file `path`, or returns its living holder. */
async function take(path: string, me: ProcessIdentity): Promise<Holder | { release: () => Promise<void> }> {
  const token = crypto.randomUUID();
  for (;;) {
    if (await create(path, { ...me, token })) {
      return {
        async release() {
          if ((await readHolder(path))?.token === token) await rm(path);
        },
      };
    }
    const holder = await readHolder(path);
    if (holder === null) continue;
    if (await mayRun(holder, me)) return holder;
    const rival = await breakLock(path, holder, me);
    if (rival !== null) return rival;
  }
}

/**
 * Removes the lock of a dead process. Only the process with the lock `<path>.<token of the dead holder>` may do so. That
 * name is used for this dead lock alone, so a new lock with another token is never removed.
 *
 * @returns the living process that removes the lock at this moment, if there is one
 */
async function breakLock(path: string, dead: Holder, me: ProcessIdentity): Promise<Holder | null> {
  const breaker = await take(`${path}.${dead.token}`, me);
  if ("pid" in breaker) return breaker;
  try {
    if ((await readHolder(path))?.token === dead.token) await rm(path);
  } finally {
    await breaker.release();
  }
  return null;
}

/**
 * Creates a lock file with its content in one operation: the content is written to another file, which then gets the name.
 * @returns false when the name exists, or the other file was removed
 */
async function create(path: string, holder: Holder): Promise<boolean> {
  const aside = join(dirname(path), `train.lock.new.${holder.token}`);
  const file = await open(aside, "wx");
  try {
    try {
      await file.writeFile(`${JSON.stringify(holder)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(aside, path);
    return true;
  } catch (error) {
    const { code } = error as { code?: unknown };
    // ENOENT: a holder took the file for that of a dead process, and removed it.
    if (code === "EEXIST" || code === "ENOENT") return false;
    if (code === "EPERM" || code === "ENOTSUP" || code === "EOPNOTSUPP" || code === "ENOSYS") {
      throw new RunError(
        `${dirname(path)} cannot be locked: its file system has no hard links. Train into a folder of another file system.`,
        { cause: error },
      );
    }
    throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

/**
 * Reads the holder of a lock file; null when there is none.
 * @throws RunError when the content is damaged
 */
async function readHolder(path: string): Promise<Holder | null> {
  let text: string;
  try {
    text = new TextDecoder().decode(await readRegularFile(path));
  } catch (error) {
    if ((error as { code?: unknown }).code !== "ENOENT") throw error;
    // A link that leads nowhere cannot be read, and keeps its name from a new lock.
    if (!(await lstat(path).catch(() => null))?.isSymbolicLink()) return null;
    throw damaged(path, error);
  }
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw damaged(path, cause);
  }
}

function damaged(path: string, cause: unknown): RunError {
  return new RunError(`${path} is damaged. If no training uses this folder, delete the file.`, { cause });
}

/** Removes the files that processes left when they died while they took the lock. The caller holds the lock. */
async function removeLeftovers(path: string, me: ProcessIdentity): Promise<void> {
  const folder = dirname(path);
  for (const name of await readdir(folder)) {
    if (!name.startsWith("train.lock.")) continue;
    const file = join(folder, name);
    // A process that died early leaves a file without content. A living one that loses it starts again.
    const abandoned = await readHolder(file).then(
      async (holder) => holder !== null && !(await mayRun(holder, me)),
      (error: unknown) => error instanceof RunError && name.startsWith("train.lock.new."),
    );
    if (abandoned) await rm(file, { force: true });
  }
}
