import { BackendError, type BackendReport } from "@heed/tensor";
import { control } from "./thread-pool.js";

/** How many threads to start, and whether memory can be shared. */
export interface ThreadChoice {
  readonly count: number;
  readonly shared: boolean;
  readonly fallbacks: BackendReport["fallbacks"];
}

/**
 * Threads need shared memory: always there in Node, in browsers only on cross-origin isolated pages.
 * @throws BackendError when more than one thread was asked for by number and cannot be had
 */
export function chooseThreads(wanted: "auto" | number): ThreadChoice {
  if (wanted !== "auto" && !(Number.isInteger(wanted) && wanted >= 1 && wanted <= control.mostThreads)) {
    throw new BackendError(
      `wasm: threads must be "auto" or a whole number from 1 to ${control.mostThreads}, but is ${wanted}.`,
    );
  }
  const inNode = globalThis.process?.getBuiltinModule !== undefined;
  const shared = inNode || globalThis.crossOriginIsolated === true;
  if (!shared) {
    const why =
      "the page is not cross-origin isolated (headers Cross-Origin-Opener-Policy and Cross-Origin-Embedder-Policy)";
    if (wanted !== "auto" && wanted > 1) throw new BackendError(`wasm: ${wanted} threads cannot be had: ${why}.`);
    const fallbacks = wanted === 1 ? [] : [{ wanted: "several threads", got: "1 thread", why }];
    return { count: 1, shared: false, fallbacks };
  }
  const available = inNode
    ? (globalThis.process.getBuiltinModule("node:os")?.availableParallelism() ?? 1)
    : globalThis.navigator.hardwareConcurrency;
  // More threads than this find little to do in models of the size that fits here.
  return { count: wanted === "auto" ? Math.max(1, Math.min(available, 8)) : wanted, shared: true, fallbacks: [] };
}
