import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Random } from "@heed/core";
import { cpu, use } from "@heed/tensor";
import { findInstallations, type Installation } from "../../../packages/distributed/testing/launchers.js";
import { filesOf, loadBoth, resumable, stepOf, tinyTraining } from "../faults/tiny-training.js";
import { type Bench, type Part, type Session, TortureError } from "../part.js";

const signals = ["SIGKILL", "SIGTERM"] as const;
type KillSignal = (typeof signals)[number];

/** Launches of a run; the last one is not disturbed. */
const launches = 4;
/** Processes that run longer after a signal hang. */
const PATIENCE_MS = 60_000;

/**
 * Kills one of two processes that train together, by SIGKILL and SIGTERM in turn, at random moments. All processes end soon,
 * and the run resumes.
 */
export const processes: Part = {
  name: "processes",
  summary: "one of two processes of mpiexec is killed at random moments; all end, and the run resumes",
  async start(bench) {
    const main = join(bench.root, "apps/cli/dist/main.js");
    if (!existsSync(main)) return `${main} is missing: run "npm run build" first`;
    const installations = findInstallations().filter(({ mpiexec, training }) => mpiexec && training.length > 0);
    if (installations.length === 0) return "there is no mpiexec of MPICH 5 or Open MPI";
    await use(cpu());
    return new Processes(bench, main, installations);
  },
};

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly ms: number;
}

class Processes implements Session {
  #longestMs = 0;
  #signals = 0;

  constructor(
    readonly bench: Bench,
    readonly main: string,
    readonly installations: readonly Installation[],
  ) {}

  async round(random: Random, number: number): Promise<void> {
    const installation = this.installations[number % this.installations.length]!;
    const out = join(this.bench.folder, `run-${number}`);
    const history = [installation.needs];
    try {
      // The first launch shows how long one takes.
      if (this.#longestMs === 0) {
        this.#longestMs = (await this.#launch(installation, out)).ms;
        rmSync(out, { recursive: true, force: true });
      }
      for (let i = 1; i < launches; i++) {
        const before = stepOf(out);
        const signal = signals[this.#signals++ % signals.length]!;
        const afterMs = random.integer(0, Math.ceil(this.#longestMs));
        history.push(`${signal} after ${afterMs} ms`);
        const ended = await this.#launch(installation, out, { signal, afterMs, rank: random.integer(0, 2) });
        if (ended.code === null) throw new Error(`the processes still ran ${PATIENCE_MS} ms later\n${ended.output}`);
        this.bench.count(ended.code === 0 ? "signals after the end" : signal);
        if (stepOf(out) < before) throw new Error(`step ${before} was saved, and now the run is at ${stepOf(out)}`);
        if (resumable(out)) await loadBoth(out);
      }
      const last = await this.#launch(installation, out);
      if (last.code !== 0) throw new Error(`the run did not resume: exit code ${last.code}\n${last.output}`);
      await loadBoth(out);
      this.bench.count("completed runs");
    } catch (error) {
      throw new TortureError(`${(error as Error).message}\n${history.join("\n")}`, filesOf(out), { cause: error });
    } finally {
      rmSync(out, { recursive: true, force: true });
    }
  }

  #launch(
    { mpiexec, args, env }: Installation,
    out: string,
    kill?: { readonly signal: KillSignal; readonly afterMs: number; readonly rank: number },
  ): Promise<Ended> {
    const start = resumable(out) ? "--resume" : "--overwrite";
    const program = [this.main, ...tinyTraining(out, "wasm", start)];
    return new Promise((resolve, reject) => {
      const started = performance.now();
      const child = spawn(mpiexec!, [...args, "-n", "2", process.execPath, ...program], {
        cwd: this.bench.folder,
        env: { ...process.env, NO_COLOR: "1", ...env },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let output = "";
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding("utf8").on("data", (text: string) => {
          output += text;
        });
      }
      let patience: NodeJS.Timeout | undefined;
      const timer =
        kill &&
        setTimeout(() => {
          endRank(out, kill);
          patience = setTimeout(() => endAll(child, out), PATIENCE_MS);
        }, kill.afterMs);
      child.on("error", reject);
      child.on("close", (code) => {
        clearTimeout(timer);
        clearTimeout(patience);
        resolve({ code, output: output.slice(-4000), ms: performance.now() - started });
      });
    });
  }
}

/** The processes of Node that train into a folder. */
function ranksOf(out: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
        return words[0] === process.execPath && words.includes(out);
      } catch {
        // It has ended.
        return false;
      }
    });
}

function endRank(out: string, { signal, rank }: { readonly signal: KillSignal; readonly rank: number }): void {
  const pids = ranksOf(out);
  const pid = pids[rank % pids.length];
  if (pid !== undefined) process.kill(pid, signal);
}

function endAll(launcher: ChildProcess, out: string): void {
  launcher.kill("SIGKILL");
  for (const pid of ranksOf(out)) process.kill(pid, "SIGKILL");
}
