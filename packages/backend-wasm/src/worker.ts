import { BackendError } from "@heed/tensor";

/** A worker thread, wherever it runs. */
export interface PoolWorker {
  /** Calls back when the thread ends without having been told to. */
  onDeath(report: (why: string) => void): void;
  stop(): void;
  /** Ends the thread as if it had crashed. */
  kill(): void;
}

/**
 * What a worker runs, as text, so that no bundler has to find a file: it waits for its mailbox to change, does its part
 * of the job that the control words describe, and counts itself as done. Kept in step with thread-pool.ts.
 */
const source = `
const work = ({ index, module, memory }, ready) => {
  const kernels = Object.values(new WebAssembly.Instance(module, { env: { memory } }).exports);
  const words = new Int32Array(memory.buffer, 64, 16);
  const args = new Float64Array(memory.buffer, 128, 48);
  const mailboxes = new Int32Array(memory.buffer, 768, 16);
  const partEnd = (items, parts, part) => {
    if (part === parts - 1) return items;
    const end = Math.floor((items * (part + 1)) / parts);
    return items >= 256 * parts ? end & ~15 : end;
  };
  let seen = Atomics.load(mailboxes, index);
  ready();
  for (;;) {
    for (let turn = 0; Atomics.load(mailboxes, index) === seen; turn++) {
      if (turn > 20000) Atomics.wait(mailboxes, index, seen);
    }
    seen = Atomics.load(mailboxes, index);
    const [kernel, items, parts, workspace, scratch, count] = words;
    try {
      const begin = partEnd(items, parts, index - 1);
      const own = (workspace >>> 0) + index * scratch;
      kernels[kernel](begin, partEnd(items, parts, index), own, ...args.subarray(0, count));
    } catch {
      Atomics.store(words, 7, 1);
    }
    Atomics.add(words, 6, 1);
    Atomics.notify(words, 6);
  }
};
`;

const nodeSource = `
const { parentPort, workerData } = require("node:worker_threads");
${source}
work(workerData, () => parentPort.postMessage("ready"));
`;

const webSource = `
${source}
onmessage = ({ data }) => work(data, () => postMessage("ready"));
`;

/** Starts a worker and waits until it is ready. It does not keep the program alive. */
export function startWorker(
  index: number,
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
): Promise<PoolWorker> {
  const threads = globalThis.process?.getBuiltinModule?.("node:worker_threads");
  const data = { index, module, memory };
  if (!threads) return startWebWorker(data);
  return new Promise((resolve, reject) => {
    const worker = new threads.Worker(nodeSource, { eval: true, workerData: data, execArgv: [] });
    let stopped = false;
    let report: ((why: string) => void) | null = null;
    const died = (why: string): void => {
      if (stopped) return;
      reject(new BackendError(`wasm: ${why}`));
      report?.(why);
    };
    worker.on("error", (error) => died(`a worker thread failed: ${error.message}.`));
    worker.on("exit", () => died("a worker thread has ended."));
    worker.once("message", () => {
      worker.unref();
      resolve({
        onDeath: (callback) => {
          report = callback;
        },
        stop: () => {
          stopped = true;
          void worker.terminate();
        },
        kill: () => void worker.terminate(),
      });
    });
  });
}

function startWebWorker(data: {
  index: number;
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
}): Promise<PoolWorker> {
  return new Promise((resolve, reject) => {
    const url = URL.createObjectURL(new Blob([webSource], { type: "text/javascript" }));
    const worker = new Worker(url);
    let report: ((why: string) => void) | null = null;
    worker.onerror = (event) => {
      const why = `a worker failed: ${event.message}.`;
      reject(new BackendError(`wasm: ${why}`));
      report?.(why);
    };
    worker.onmessage = () => {
      URL.revokeObjectURL(url);
      resolve({
        onDeath: (callback) => {
          report = callback;
        },
        stop: () => worker.terminate(),
        kill: () => worker.terminate(),
      });
    };
    worker.postMessage(data);
  });
}
