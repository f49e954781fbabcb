import { type ChildProcess, fork } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Random } from "@heed/core";
import { lockFolder } from "../../../packages/train/src/node/folder-lock.js";
import { bundlePrograms } from "../bundle.mjs";
import { type Bench, type Part, type Session, TortureError } from "../part.js";

/** Asks a process to take the lock of a folder. */
export interface LockOrder {
  readonly folder: string;
  readonly seed: number;
  /** The process kills itself while it holds the lock. */
  readonly die: boolean;
  /** After this time the lock counts as stuck. */
  readonly patienceMs: number;
}

/** What a process reports that took and released the lock. */
export interface LockAnswer {
  /** How often another process held it. */
  readonly refusals: number;
  readonly error?: string;
}

const PROCESSES = 4;

/** Four processes take one lock at the same moment, and some of them die while they hold it. */
export const locks: Part = {
  name: "locks",
  summary: `${PROCESSES} processes race for the lock of a folder, and some are killed while they hold it`,
  async start(bench) {
    await bundlePrograms(bench.root, { "lock-worker": "tooling/torture/locks/lock-worker.ts" }, bench.folder);
    return new LockRaces(bench);
  },
};

class LockRaces implements Session {
  readonly #workers: (ChildProcess | undefined)[] = Array.from({ length: PROCESSES });
  readonly #folder: string;

  constructor(readonly bench: Bench) {
    this.#folder = join(bench.folder, "run");
    mkdirSync(this.#folder);
  }

  async round(random: Random): Promise<void> {
    const orders = Array.from({ length: PROCESSES }, () => ({
      folder: this.#folder,
      seed: random.integer(0, 2 ** 31),
      die: random.uniform() < 0.1,
      patienceMs: 20_000,
    }));
    const answers = await Promise.all(orders.map((order, index) => this.#race(index, order)));
    this.bench.count("lock rounds");
    const errors = answers.flatMap((answer) => answer?.error ?? []);
    if (errors.length > 0) throw new TortureError(errors.join("; "));
    // Whoever comes next gets the lock, and cleans up what the dead left.
    await (await lockFolder(this.#folder))();
    const left = readdirSync(this.#folder);
    if (left.length > 0) throw new TortureError(`expected an empty folder after the round, got ${left.join(", ")}`);
  }

  end(): void {
    for (const worker of this.#workers) worker?.kill("SIGKILL");
  }

  /** Sends an order; null when the process died, as ordered. */
  #race(index: number, order: LockOrder): Promise<LockAnswer | null> {
    let worker = this.#workers[index];
    if (!worker?.connected) {
      worker = fork(join(this.bench.folder, "lock-worker.mjs"), { stdio: "inherit" });
      this.#workers[index] = worker;
    }
    const { count } = this.bench;
    return new Promise((resolve) => {
      const settle = (answer: LockAnswer | null): void => {
        worker.removeAllListeners();
        count(answer ? "holds" : "holders killed");
        if (answer) count("refusals", answer.refusals);
        resolve(answer);
      };
      worker.once("message", (answer) => settle(answer as LockAnswer));
      worker.once("exit", (code, signal) => {
        this.#workers[index] = undefined;
        settle(signal === "SIGKILL" ? null : { refusals: 0, error: `a process ended with ${code ?? signal}` });
      });
      worker.send(order);
    });
  }
}
