import { execFileSync } from "node:child_process";
import { availableParallelism, cpus, loadavg, release, totalmem, type } from "node:os";
import type { Machine } from "./result.js";

/** The machine that this runs on; `load` is completed when the run ends. */
export function describeMachine(loadBefore: number): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()} ${process.arch}`,
    load: [loadBefore, currentLoad()],
  };
}

/** Processes that wanted to run, averaged over the last minute. */
export function currentLoad(): number {
  return Math.round((loadavg()[0] ?? 0) * 100) / 100;
}

/** The version of a Node. */
export function nodeVersion(node: string): string {
  return execFileSync(node, ["--version"], { encoding: "utf8" }).trim();
}

/** The commit that is checked out, marked when files differ from it; null outside of a repository. */
export function currentCommit(): string | null {
  try {
    return execFileSync("git", ["describe", "--always", "--dirty", "--exclude", "*"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return null;
  }
}
