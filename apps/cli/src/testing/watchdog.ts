import { Worker } from "node:worker_threads";

/** What a {@link watchdog} allows. */
interface Limits {
  /** Longest time between two calls of `watch`. */
  readonly seconds: number;
  /** Memory of the process beyond what it has before a call. */
  readonly bytes: number;
}

/** The code of the thread. It ends the process: no other thread can stop an endless loop. */
const code = `
const { workerData } = require("node:worker_threads");
const { writeSync } = require("node:fs");
const { words, text, seconds, bytes } = workerData;
let before = 0;
let count = -1;
let since = Date.now();
setInterval(() => {
  if (Atomics.load(words, 0) !== count) {
    count = Atomics.load(words, 0);
    since = Date.now();
    before = process.memoryUsage.rss();
  }
  const used = process.memoryUsage.rss() - before;
  const length = Atomics.load(words, 1);
  if (length === 0) return;
  const why =
    used > bytes ? "took " + Math.round(used / 2 ** 20) + " MiB" : Date.now() - since > 1000 * seconds ? "did not end" : "";
  if (why === "") return;
  writeSync(2, "\\n" + Buffer.from(text).subarray(0, length).toString() + " " + why + "\\n");
  process.kill(process.pid, "SIGKILL");
}, 20);
`;

/**
 * Watches calls from a thread of its own, and ends this process when a call does not end, or takes too much memory.
 *
 * @returns `watch`, to be called before each call with its description, and with "" after the last one
 */
export function watchdog({ seconds, bytes }: Limits): { watch: (call: string) => void; close: () => Promise<void> } {
  const words = new Int32Array(new SharedArrayBuffer(8));
  const text = new Uint8Array(new SharedArrayBuffer(4000));
  const worker = new Worker(code, { eval: true, execArgv: [], workerData: { words, text, seconds, bytes } });
  return {
    watch(call) {
      const shown = new TextEncoder().encode(call).subarray(0, text.length);
      text.set(shown);
      Atomics.store(words, 1, shown.length);
      Atomics.add(words, 0, 1);
    },
    async close() {
      await worker.terminate();
    },
  };
}
