/** Something to do in its turn; it deals with its own errors. */
export type Job = () => void | Promise<void>;

/**
 * Does jobs one after the other, in the order they came. On WebGPU a kernel answers later, so that whoever calls it
 * does not wait: the queue does. Elsewhere each job is done at once.
 */
export class WorkQueue {
  #jobs: Job[] = [];
  #running = false;

  constructor(private readonly waits: boolean) {}

  add(job: Job): void {
    if (!this.waits) {
      void job();
      return;
    }
    this.#jobs.push(job);
    if (this.#running) return;
    this.#running = true;
    queueMicrotask(() => void this.#run());
  }

  async #run(): Promise<void> {
    while (this.#jobs.length > 0) {
      const jobs = this.#jobs;
      this.#jobs = [];
      for (const job of jobs) {
        const pending = job();
        if (pending) await pending;
      }
    }
    this.#running = false;
  }
}
