import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import type { Random } from "@heed/core";
import { bundlePrograms } from "../bundle.mjs";
import { type Bench, type Part, type Session, TortureError } from "../part.js";
import type { FuzzJob, FuzzReport } from "./fuzz-worker.js";

/** The part of a target's inputs that one round takes. */
const SHARE = 0.02;
/** A batch that takes longer hangs. */
const PATIENCE_MS = 120_000;
/** Largest size of the process, in bytes. */
const MOST_MEMORY = 1.5e9;

/** Gives random and damaged inputs to every parser, to the command line, and to operations. */
export const fuzzing: Part = {
  name: "fuzz",
  summary: "arbitrary and damaged inputs for parsers, commands and operations give a right result or an error of heed",
  async start(bench) {
    const folder = join(bench.folder, "bundle");
    await bundlePrograms(bench.root, { "fuzz-worker": "tooling/torture/fuzz/fuzz-worker.ts" }, folder);
    // The program reads its version from the package.json above it.
    copyFileSync(join(bench.root, "apps/cli/package.json"), join(bench.folder, "package.json"));
    return new Fuzzing(bench);
  },
};

class Fuzzing implements Session {
  #worker: ChildProcess | null = null;
  #targets: readonly string[] = [];
  readonly #handles = new Map<string, number>();

  constructor(readonly bench: Bench) {}

  async round(random: Random): Promise<void> {
    const problems: string[] = [];
    if (!this.#worker) await this.#start();
    for (const name of this.#targets) {
      const job = { target: name, seed: random.integer(0, 2 ** 31), share: SHARE };
      const report = await this.#fuzz(job);
      if (typeof report === "string") problems.push(`${name} (seed ${job.seed}): ${report}`);
      else problems.push(...this.#problemsIn(report));
    }
    if (problems.length > 0) throw new TortureError(problems.join("\n\n"));
  }

  end(): void {
    this.#worker?.kill("SIGKILL");
  }

  #problemsIn({ target, inputs, failures, memory, handles }: FuzzReport): string[] {
    this.bench.count("inputs", inputs);
    this.bench.count(`${target.split(":")[0]}`, inputs);
    const problems = failures.map(
      ({ seed, path, input, message }) => `${target} (seed ${seed}, path ${path}): ${input}\n${message}`,
    );
    if (memory > MOST_MEMORY) problems.push(`${target}: the process has ${Math.round(memory / 1e6)} MB`);
    const before = this.#handles.get(target) ?? handles;
    this.#handles.set(target, Math.max(before, handles));
    if (handles > before + 5) problems.push(`${target}: ${handles} handles are open, ${before} before`);
    return problems;
  }

  async #start(): Promise<ChildProcess> {
    const execArgv = ["--enable-source-maps", "--max-old-space-size=1000"];
    this.#worker = fork(join(this.bench.folder, "bundle/fuzz-worker.mjs"), { execArgv, cwd: this.bench.folder });
    [this.#targets] = (await once(this.#worker, "message")) as [readonly string[]];
    return this.#worker;
  }

  /** Sends a batch to the process; the text says why there is no report. */
  async #fuzz(job: FuzzJob): Promise<FuzzReport | string> {
    const worker = this.#worker ?? (await this.#start());
    return new Promise((resolve) => {
      const settle = (report: FuzzReport | string): void => {
        clearTimeout(timer);
        worker.removeAllListeners();
        if (typeof report === "string") {
          worker.kill("SIGKILL");
          this.#worker = null;
        }
        resolve(report);
      };
      const timer = setTimeout(() => settle(`no result after ${PATIENCE_MS / 1000} s: an input hangs`), PATIENCE_MS);
      worker.once("message", (report) => settle(report as FuzzReport));
      worker.once("exit", (code, signal) => settle(`the process ended with ${code ?? signal}`));
      worker.send(job);
    });
  }
}
