import { BackendError } from "@heed/tensor";
import { workSource } from "./job-layout.js";

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

const nodeSource = `
const { parentPort, workerData } = require("node:worker_threads");
${workSource}
work(workerData, () => parentPort.postMessage("ready"));
`;

const webSource = `
${workSource}
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
