import { BackendError } from "@heed/tensor";
import type { Kernel } from "./instance.js";
import { jobLayout, jobWord, mostThreads } from "./job-layout.js";
import { type PoolWorker, startWorker } from "./worker.js";

/** Milliseconds after which a worker that does not answer counts as dead. */
export interface Patience {
  /** While it starts. */
  readonly start: number;
  /** While it works on its part of a job; more when the calling thread takes long, too. */
  readonly job: number;
}

/** How many times as long as the calling thread, which does an equal share, a worker may take before it counts as dead. */
const patienceFactor = 50;
/** Whether this thread may wait in its sleep: in Node and in workers. */
const maySleep = typeof window === "undefined";

/**
 * Threads that stay, and share one memory. A job is a kernel and a range of items, cut into equal parts; the calling
 * thread works on the first and waits for the others. Workers spin for a moment after each job and then sleep.
 */
export class ThreadPool {
  readonly threads: number;
  readonly #words: Int32Array;
  readonly #mailboxes: Int32Array;
  readonly #ends: Int32Array;
  readonly #arguments: Float64Array;
  readonly #workers: readonly PoolWorker[];
  readonly #patience: number;
  #broken: string | null = null;

  private constructor(memory: WebAssembly.Memory, workers: readonly PoolWorker[], patience: number) {
    this.threads = workers.length + 1;
    this.#patience = patience;
    this.#workers = workers;
    this.#words = new Int32Array(memory.buffer, jobLayout.words, 16);
    this.#arguments = new Float64Array(memory.buffer, jobLayout.arguments, jobLayout.mostArguments);
    this.#mailboxes = new Int32Array(memory.buffer, jobLayout.mailboxes, mostThreads);
    this.#ends = new Int32Array(memory.buffer, jobLayout.ends, mostThreads);
    for (const worker of workers) worker.onDeath((why) => this.#break(why));
  }

  /**
   * Starts `threads` − 1 workers and waits until they are ready.
   *
   * @throws BackendError with the reason when a worker cannot be started; the others are stopped
   */
  static async start(
    threads: number,
    module: WebAssembly.Module,
    memory: WebAssembly.Memory,
    patience: Patience,
  ): Promise<ThreadPool> {
    const starting = Array.from({ length: threads - 1 }, (_, i) =>
      startWorker({ index: i + 1, module, memory }, patience.start),
    );
    const started = await Promise.allSettled(starting);
    const workers = started.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    const failure = started.find((result) => result.status === "rejected");
    if (failure) {
      for (const worker of workers) worker.stop();
      throw failure.reason;
    }
    return new ThreadPool(memory, workers, patience.job);
  }

  /** Runs a kernel on `parts` threads. @throws BackendError when a worker has died, or a kernel failed on one */
  run(kernel: Kernel, items: number, parts: number, workspace: number, scratch: number, args: readonly number[]): void {
    if (this.#broken) throw new BackendError(`wasm: ${this.#broken}. Make a new backend.`);
    const words = this.#words;
    words[jobWord.kernel] = kernel.index;
    words[jobWord.workspace] = workspace;
    words[jobWord.scratch] = scratch;
    words[jobWord.count] = args.length;
    this.#arguments.set(args);
    for (let part = 0; part < parts; part++) this.#ends[part] = partEnd(items, parts, part);
    words[jobWord.done] = 0;
    for (let index = 1; index < parts; index++) {
      Atomics.add(this.#mailboxes, index, 1);
      Atomics.notify(this.#mailboxes, index);
    }
    const start = performance.now();
    kernel.call(0, this.#ends[0]!, workspace, ...args);
    this.#wait(parts - 1, performance.now() - start);
    if (words[jobWord.failed] !== 0) {
      this.#break("a kernel failed on a worker thread");
      throw new BackendError(`wasm: ${this.#broken}.`);
    }
  }

  /** For tests: ends a worker as if it had crashed. */
  killWorker(): void {
    this.#workers[0]?.kill();
  }

  /** Ends the workers. */
  stop(): void {
    for (const worker of this.#workers) worker.stop();
    this.#broken ??= "the backend was closed";
  }

  #wait(others: number, ownMilliseconds: number): void {
    const words = this.#words;
    const start = performance.now();
    for (let turn = 1; ; turn++) {
      const done = Atomics.load(words, jobWord.done);
      if (done >= others) return;
      if (turn % 10_000 !== 0) continue;
      // Not soon, then: let others have the processor, where a thread may sleep. The pages of browsers may not.
      if (maySleep) Atomics.wait(words, jobWord.done, done, 10);
      if (performance.now() - start < this.#patience + patienceFactor * ownMilliseconds) continue;
      this.#break("a worker thread stopped answering");
      throw new BackendError(`wasm: ${this.#broken}. Make a new backend.`);
    }
  }

  #break(why: string): void {
    if (this.#broken) return;
    this.#broken = why;
    for (const worker of this.#workers) worker.stop();
  }
}

/**
 * Where part number `part` of `parts` ends: at whole cache lines where there is enough for everybody, else at whole vectors,
 * because kernels that treat each element alone store whole vectors. Fewer items than that lie within one line.
 */
function partEnd(items: number, parts: number, part: number): number {
  if (part === parts - 1) return items;
  const end = Math.floor((items * (part + 1)) / parts);
  if (items >= 256 * parts) return end & ~15;
  return items >= 4 * parts ? end & ~3 : end;
}
