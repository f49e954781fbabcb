import { readFile, readlink } from "node:fs/promises";
import { hostname } from "node:os";

/** A process, so that it is not taken for a later one with the same id. Values that the system does not offer are null. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** Changes at each start of the machine. */
  readonly boot: string | null;
  /** The namespace that the id belongs to; containers have one each. */
  readonly namespace: string | null;
  /** When the process started, in clock ticks since the start of the machine. */
  readonly started: string | null;
}

/** Returns the identity of this process. */
export async function ownIdentity(): Promise<ProcessIdentity> {
  const { pid } = process;
  const [boot, namespace, started] = await Promise.all([
    readFile("/proc/sys/kernel/random/boot_id", "utf8").then((text) => text.trim(), unknown),
    readlink("/proc/self/ns/pid").catch(unknown),
    startOf(pid),
  ]);
  return { pid, host: hostname(), boot, namespace, started };
}

/** Returns whether a process may still run, seen from the process `me`. One that cannot be observed may always run. */
export async function mayRun(other: ProcessIdentity, me: ProcessIdentity): Promise<boolean> {
  if (other.host !== me.host) return true;
  if (other.boot !== me.boot) return false;
  if (other.namespace !== me.namespace) return true;
  try {
    process.kill(other.pid, 0);
  } catch (error) {
    // EPERM: it runs, but belongs to another user.
    if ((error as { code?: unknown }).code === "ESRCH") return false;
  }
  return other.started === (await startOf(other.pid));
}

async function startOf(pid: number): Promise<string | null> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(unknown);
  // The second field, the name of the program, is in parentheses and may contain spaces. The 22nd field is the start.
  return text?.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? null;
}

const unknown = (): null => null;
