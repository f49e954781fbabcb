import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { bundlePrograms } from "../bundle.mjs";
import type { Bench } from "../part.js";
import type { Fault } from "./fault.js";

/** How a process of heed ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a process of heed is run. */
export interface HeedSetting {
  readonly fault?: Fault;
  /** SIGKILL ends the process after this time. */
  readonly killAfterMs?: number;
  /** The largest file that the process may write, in units of 1024 bytes. */
  readonly largestFile?: number;
}

/** Runs `heed` as a process. */
export type Heed = (args: readonly string[], setting?: HeedSetting) => Promise<Ended>;

/** A process that takes longer hangs. */
const PATIENCE_MS = 120_000;

/**
 * Returns a function that runs heed as a process in the folder of the part.
 * @throws when heed is not built
 */
export async function prepareHeed({ root, folder }: Bench): Promise<Heed> {
  const main = join(root, "apps/cli/dist/main.js");
  if (!existsSync(main)) throw new Error(`${main} is missing: run "npm run build" first.`);
  await bundlePrograms(root, { faults: "tooling/torture/faults/faults-worker.ts" }, folder);
  return (args, { fault, killAfterMs, largestFile } = {}) => {
    const preload = fault ? ["--import", join(folder, "faults.mjs")] : [];
    const node = [...preload, main, ...args];
    const env = {
      ...process.env,
      NO_COLOR: "1",
      NODE_COMPILE_CACHE: join(folder, "compiled"),
      HEED_FAULT: JSON.stringify(fault ?? null),
    };
    const command: [string, string[]] =
      largestFile === undefined
        ? [process.execPath, node]
        : ["bash", ["-c", `ulimit -f ${largestFile}; exec "$0" "$@"`, process.execPath, ...node]];
    return new Promise((resolve, reject) => {
      const child = spawn(...command, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
      const printed = { stdout: "", stderr: "" };
      for (const name of ["stdout", "stderr"] as const)
        child[name].setEncoding("utf8").on("data", (text: string) => (printed[name] += text));
      const hangs = setTimeout(() => child.kill("SIGABRT"), PATIENCE_MS);
      const kill = killAfterMs === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfterMs);
      child.on("error", reject);
      child.on("close", (code, signal) => {
        clearTimeout(hangs);
        clearTimeout(kill);
        resolve({ code, signal, ...printed });
      });
    });
  };
}

/** How a process ended, for a message. */
export function showEnd({ code, signal, stdout, stderr }: Ended): string {
  return `${signal ?? `exit code ${code}`}\n${stdout.slice(-2000)}${stderr.slice(-4000)}`;
}
