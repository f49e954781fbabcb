import { BackendError } from "@heed/tensor";

/** A worker thread that is ready. */
export interface PoolWorker {
  /** Calls back when the thread ends without having been told to. */
  onDeath(report: (why: string) => void): void;
  stop(): void;
  /** Ends the thread as if it had crashed. */
  kill(): void;
}

/** What a page must allow to have workers. */
const policy = "its Content-Security-Policy must allow worker-src blob:";

/** What a worker works with. */
interface WorkerData {
  readonly index: number;
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
}

/** What a worker of Node and one of a page have in common here. */
interface Thread {
  terminate(): void;
}

/** What a thread reports: that it is ready, or why it failed. */
interface ThreadEvents {
  ready(): void;
  died(why: string): void;
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

/**
 * Starts a worker and waits until it is ready. It does not keep the program alive.
 *
 * @param patience - milliseconds after which a worker that does not answer has failed
 * @throws BackendError with the reason when the worker cannot be started; nothing of it is left running
 */
export function startWorker(data: WorkerData, patience: number): Promise<PoolWorker> {
  return new Promise((resolve, reject) => {
    let thread: Thread | null = null;
    let ended = false;
    let report: ((why: string) => void) | null = null;
    const stop = (): void => {
      ended = true;
      clearTimeout(timer);
      thread?.terminate();
    };
    const died = (why: string): void => {
      if (ended) return;
      stop();
      reject(new BackendError(why));
      report?.(why);
    };
    const ready = (): void => {
      clearTimeout(timer);
      resolve({
        onDeath: (callback) => {
          report = callback;
        },
        stop,
        kill: () => thread?.terminate(),
      });
    };
    const timer = setTimeout(() => died(`a worker thread did not answer within ${patience / 1000} s`), patience);
    try {
      thread = startNodeThread(data, { ready, died }) ?? startWebThread(data, { ready, died });
    } catch (error) {
      died(`a worker thread cannot be started: ${messageOf(error)}`);
    }
  });
}

/** Returns null outside Node. */
function startNodeThread(workerData: WorkerData, { ready, died }: ThreadEvents): Thread | null {
  const threads = globalThis.process?.getBuiltinModule?.("node:worker_threads");
  if (!threads) return null;
  const worker = new threads.Worker(nodeSource, { eval: true, workerData, execArgv: [] });
  worker.on("error", ({ message }) => died(`a worker thread failed: ${message}`));
  worker.on("exit", () => died("a worker thread has ended"));
  worker.once("message", () => {
    worker.unref();
    ready();
  });
  return { terminate: () => void worker.terminate() };
}

function startWebThread(data: WorkerData, { ready, died }: ThreadEvents): Thread {
  if (typeof Worker === "undefined") throw new Error("this environment has no Worker");
  const url = URL.createObjectURL(new Blob([webSource], { type: "text/javascript" }));
  let worker: Worker | null = null;
  const terminate = (): void => {
    URL.revokeObjectURL(url);
    worker?.terminate();
  };
  try {
    worker = new Worker(url);
    worker.onerror = (event) => {
      event.preventDefault(); // the backend reports it; it is not an error of the page
      // Without a message, the script was not loaded. Only a policy can forbid a blob: URL.
      died(
        event.message
          ? `a worker thread failed: ${event.message}`
          : `the page is not allowed to load workers (${policy})`,
      );
    };
    worker.onmessage = () => {
      URL.revokeObjectURL(url);
      ready();
    };
    worker.postMessage(data);
  } catch (error) {
    terminate();
    throw new Error(`${messageOf(error)} (${policy})`);
  }
  return { terminate };
}

/** What an error says, without its last full stop: it becomes part of a sentence. */
function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, "");
}
