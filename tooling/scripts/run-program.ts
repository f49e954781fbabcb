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
