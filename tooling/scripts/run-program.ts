import { execFile } from "node:child_process";

const windows = process.platform === "win32";

/** How a program ended, and what it printed. */
export interface Outcome {
  readonly ok: boolean;
  /** Standard output, then standard error. */
  readonly output: string;
  /** Standard output. */
  readonly printed: string;
}

/** Runs a program to its end; never throws. */
export function runProgram(
  command: string,
  args: readonly string[],
  cwd: string,
  env = process.env,
  seconds = 180,
): Promise<Outcome> {
  const options = { cwd, env, timeout: seconds * 1000, maxBuffer: 1 << 26, shell: windows };
  // On Windows a shell starts the program, and splits arguments at spaces.
  const words = windows ? args.map((word) => (/\s/.test(word) ? `"${word}"` : word)) : args;
  return new Promise((resolve) => {
    execFile(command, words, options, (error, stdout, stderr) => {
      const why = error?.killed ? `stopped after ${seconds} s` : stdout || stderr ? "" : (error?.message ?? "");
      resolve({ ok: error === null, printed: stdout, output: `${stdout}${stderr}${why}` });
    });
  });
}
