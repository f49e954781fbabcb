import { BackendError, type BackendReport } from "@heed/tensor";
import type { Engine } from "./engine.js";
import { mostThreads } from "./job-layout.js";
import { type Patience, ThreadPool } from "./thread-pool.js";
import { timeThreads } from "./thread-trial.js";

type Fallbacks = BackendReport["fallbacks"];

/** How many threads to start, and whether memory can be shared. */
export interface ThreadChoice {
  readonly count: number;
  readonly shared: boolean;
  readonly fallbacks: Fallbacks;
}

/**
 * Threads need shared memory: always there in Node, in browsers only on cross-origin isolated pages.
 * @throws BackendError when more than one thread was asked for by number and cannot be had
 */
export function chooseThreads(wanted: "auto" | number): ThreadChoice {
  if (wanted !== "auto" && !(Number.isInteger(wanted) && wanted >= 1 && wanted <= mostThreads)) {
    throw new BackendError(
      `wasm: threads must be "auto" or a whole number from 1 to ${mostThreads}, but is ${wanted}.`,
    );
  }
  const inNode = globalThis.process?.getBuiltinModule !== undefined;
  const isolated = inNode || globalThis.crossOriginIsolated === true;
  if (!isolated || typeof SharedArrayBuffer === "undefined") {
    const why = isolated
      ? "this JavaScript engine has no SharedArrayBuffer"
      : "the page is not cross-origin isolated (headers Cross-Origin-Opener-Policy and Cross-Origin-Embedder-Policy)";
    return { count: 1, shared: false, fallbacks: wanted === 1 ? [] : fallBack(wanted, why) };
  }
  const available = inNode
    ? (globalThis.process.getBuiltinModule("node:os")?.availableParallelism() ?? 1)
    : globalThis.navigator.hardwareConcurrency;
  // More threads than this find little to do in models of the size that fits here.
  return { count: wanted === "auto" ? Math.max(1, Math.min(available, 8)) : wanted, shared: true, fallbacks: [] };
}

/**
 * Starts the workers of `count` threads. Where a worker cannot be started, as under a policy that forbids workers, none is
 * left running.
 *
 * @returns no pool for one thread, which needs no worker
 * @throws BackendError when a worker cannot be started and more than one thread was asked for by number
 */
export async function startThreads(
  wanted: "auto" | number,
  count: number,
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  patience: Patience,
): Promise<{ pool: ThreadPool | null; fallbacks: Fallbacks }> {
  if (count === 1) return { pool: null, fallbacks: [] };
  try {
    return { pool: await ThreadPool.start(count, module, memory, patience), fallbacks: [] };
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    return { pool: null, fallbacks: fallBack(wanted, error.message) };
  }
}

/** How much faster several threads are than one, and why they are not used. */
interface ThreadSpeed {
  readonly speedup: number | null;
  readonly fallbacks: Fallbacks;
}

/** Threads that were not timed. */
export const unmeasured: ThreadSpeed = { speedup: null, fallbacks: [] };

/**
 * Ends the other threads of an engine where they make small products slower, as on a machine whose processors are busy.
 * Results are the same, bit for bit, for any number of threads.
 */
export function keepFastThreads(engine: Engine): ThreadSpeed {
  const { pool } = engine;
  if (pool === null) return unmeasured;
  const useOne = (why: string): Fallbacks => {
    engine.useOneThread();
    return [{ wanted: `${pool.threads} threads`, got: "1 thread", why }];
  };
  try {
    const { alone, together } = timeThreads(engine);
    const speedup = together === 0 ? 1 : Math.round((100 * alone) / together) / 100;
    if (together <= alone) return { speedup, fallbacks: [] };
    const why = `they are slower: ${together.toFixed(2)} instead of ${alone.toFixed(2)} ms for a few small products`;
    return { speedup, fallbacks: useOne(why) };
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    return { speedup: null, fallbacks: useOne(error.message) };
  }
}

/** One thread instead of several. @throws BackendError when several were asked for by number */
function fallBack(wanted: "auto" | number, why: string): Fallbacks {
  if (wanted === "auto") return [{ wanted: "several threads", got: "1 thread", why }];
  throw new BackendError(`wasm: ${wanted} threads cannot be had: ${why}. Use threads: "auto" or 1.`);
}
