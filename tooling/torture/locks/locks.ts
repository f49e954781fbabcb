import { type ChildProcess, fork, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Random } from "@heed/core";
import { lockFolder } from "../../../packages/train/src/node/folder-lock.js";
import { ownIdentity } from "../../../packages/train/src/node/process-identity.js";
import { bundlePrograms } from "../bundle.mjs";
import type { Fault, FaultKind } from "../faults/fault.js";
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
const kinds: readonly FaultKind[] = ["before", "half", "after"];

/** Four processes take one lock at the same moment. Some of them die while they hold it, or at an operation of the lock. */
export const locks: Part = {
  name: "locks",
  summary: `${PROCESSES} processes race for the lock of a folder; some are killed at an operation of the lock, or as its holder`,
  async start(bench) {
    const faults = "tooling/torture/faults/faults-worker.ts";
    await bundlePrograms(bench.root, { "lock-worker": "tooling/torture/locks/lock-worker.ts", faults }, bench.folder);
    return new LockRaces(bench);
  },
};

class LockRaces implements Session {
  readonly #workers: (ChildProcess | undefined)[] = Array.from({ length: PROCESSES });
  readonly #folder: string;
  /** The id of a process that has ended. */
  readonly #dead = spawnSync(process.execPath, ["--version"]).pid;

  constructor(readonly bench: Bench) {
    this.#folder = join(bench.folder, "run");
    mkdirSync(this.#folder);
  }

  async round(random: Random): Promise<void> {
    const orders = Array.from({ length: PROCESSES }, () => ({
      folder: this.#folder,
      seed: random.integer(0, 2 ** 31),
      die: random.uniform() < 0.05,
      patienceMs: 20_000,
    }));
    // All of them find the lock of a dead process at once.
    if (random.uniform() < 0.6) writeFileSync(join(this.#folder, "train.lock"), await this.#deadLock(random));
    const answers = await Promise.all(orders.map((order, index) => this.#race(index, order, random)));
    this.bench.count("lock rounds");
    const errors = answers.flatMap((answer) => answer?.error ?? []);
    if (errors.length > 0) throw new TortureError(errors.join("; "));
    // The next process gets the lock, and removes the files of dead processes.
    await (await lockFolder(this.#folder))();
    const left = readdirSync(this.#folder);
    if (left.length > 0) throw new TortureError(`expected an empty folder after the round, got ${left.join(", ")}`);
  }

  end(): void {
    for (const worker of this.#workers) worker?.kill("SIGKILL");
  }

  /** Sends an order; null when the process died, as ordered. */
  #race(index: number, order: LockOrder, random: Random): Promise<LockAnswer | null> {
    let worker = this.#workers[index];
    if (!worker?.connected) {
      worker = this.#startWorker(random);
      this.#workers[index] = worker;
    }
    const { count } = this.bench;
    return new Promise((resolve) => {
      const settle = (answer: LockAnswer | null): void => {
        worker.removeAllListeners();
        count(answer ? "holds" : order.die ? "killed as holders" : "killed at an operation");
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

  async #deadLock(random: Random): Promise<string> {
    this.bench.count("dead locks");
    return JSON.stringify({ ...(await ownIdentity()), pid: this.#dead, token: String(random.integer(0, 2 ** 31)) });
  }

  /** Starts a process that is killed at one of its operations on the lock, sooner or later. */
  #startWorker(random: Random): ChildProcess {
    const kind = kinds[random.integer(0, kinds.length)]!;
    const fault: Fault = { folder: this.#folder, at: random.integer(1, 300), kind };
    return fork(join(this.bench.folder, "lock-worker.mjs"), {
      stdio: "inherit",
      execArgv: ["--import", join(this.bench.folder, "faults.mjs")],
      env: { ...process.env, HEED_FAULT: JSON.stringify(fault) },
    });
  }
}
