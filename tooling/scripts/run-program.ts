import { delimiter } from "node:path";
import { execa } from "execa";

/** How a program ended, and what it printed. */
export interface Outcome {
  readonly ok: boolean;
  /** Standard output, then standard error; why the program ended when it printed nothing or took too long. */
  readonly output: string;
  /** Standard output. */
  readonly printed: string;
}

/** Runs a program to its end; never throws. */
export async function runProgram(
  command: string,
  args: readonly string[],
  cwd: string,
  env = process.env,
  seconds = 180,
): Promise<Outcome> {
  const options = {
    cwd,
    env,
    extendEnv: false,
    timeout: seconds * 1000,
    reject: false,
    stripFinalNewline: false,
  } as const;
  const { failed, timedOut, stdout, stderr, shortMessage } = await execa(command, args, options);
  const printed = stdout ?? "";
  const both = `${printed}${stderr ?? ""}`;
  const why = timedOut ? `stopped after ${seconds} s` : both === "" && failed ? shortMessage : "";
  return { ok: !failed, printed, output: `${both}${why}` };
}

/** The environment of somebody who has nothing of this workspace: no folder `node_modules` on the path, no settings of npm's. */
export function outsideEnvironment(): NodeJS.ProcessEnv {
  const own = /^(npm_(package|lifecycle|command|execpath|node_execpath|config_local_prefix)|INIT_CWD|HEED_)/;
  const path = (process.env.PATH ?? "").split(delimiter).filter((folder) => !folder.includes("node_modules"));
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
  return { ...clean, PATH: path.join(delimiter) };
}
