import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Reply, Request } from "../contestants/contestant.js";
import { marker } from "../contestants/serve.js";
import type { ContestantLink } from "./contestant-link.js";

/** What to run. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  /** Joins this process's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** How long it may take to say hello; default 60. */
  readonly seconds?: number;
}

/**
 * Starts a program as a contestant in a process of its own: its threads, memory and compiled code disturb nobody else's,
 * and while it is not asked, it waits.
 */
export async function startProcess(program: Program): Promise<ContestantLink | { absent: string }> {
  const { command, args, env = {}, seconds = 60 } = program;
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"], env: { ...process.env, ...env } });
  const answers = readAnswers(child);
  let open = true;
  const ask = async (request: Request, limit: number): Promise<Reply> => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    return await answers.next(limit);
  };
  const close = (): void => {
    open = false;
    child.kill("SIGKILL");
  };
  try {
    const hello = await answers.next(seconds);
    if ("description" in hello)
      return { description: hello.description, alive: () => open && !answers.dead(), ask, close };
    close();
    return { absent: "absent" in hello ? hello.absent : `it said ${JSON.stringify(hello)} instead of hello` };
  } catch (error) {
    close();
    return { absent: error instanceof Error ? error.message : String(error) };
  }
}

/** The marked lines of a process, one at a time; what it writes elsewhere is kept to explain its death. */
function readAnswers(child: ChildProcess): {
  next(seconds: number): Promise<Reply>;
  dead(): boolean;
} {
  const ready: Reply[] = [];
  let waiting: { resolve(reply: Reply): void; reject(error: Error): void } | undefined;
  let death: string | undefined;
  let complaints = "";

  const die = (why: string): void => {
    death ??= [why, complaints.trim().split("\n").slice(-3).join(" ")].filter(Boolean).join(": ");
    waiting?.reject(new Error(death));
    waiting = undefined;
  };
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    complaints = (complaints + text).slice(-4000);
  });
  child.stdin?.on("error", () => {}); // it is dead, and "close" says so
  child.on("error", (error) => die(error.message));
  child.on("close", (code, signal) => die(`it ended with ${signal ?? `code ${code}`}`));
  createInterface({ input: child.stdout! }).on("line", (line) => {
    if (!line.startsWith(marker)) return;
    const reply = JSON.parse(line.slice(marker.length)) as Reply;
    if (waiting) waiting.resolve(reply);
    else ready.push(reply);
    waiting = undefined;
  });

  return {
    dead: () => death !== undefined,
    next: (seconds) =>
      new Promise((resolve, reject) => {
        const first = ready.shift();
        if (first) return resolve(first);
        if (death !== undefined) return reject(new Error(death));
        const timer = setTimeout(() => {
          child.kill("SIGKILL");
          die(`no answer within ${seconds} s`);
        }, seconds * 1000);
        waiting = {
          resolve: (reply) => {
            clearTimeout(timer);
            resolve(reply);
          },
          reject: (error) => {
            clearTimeout(timer);
            reject(error);
          },
        };
      }),
  };
}
