import type { Collective } from "./collective.js";

/**
 * Returns how many threads each process should use, so that all processes on a machine together use its cores:
 * max(1, ⌊cores / processes⌋).
 *
 * @param cores - that this process may use, such as `os.availableParallelism()`
 * @example
 * await use(wasm({ threads: threadsPerProcess(collective, availableParallelism()) }));
 */
export function threadsPerProcess(collective: Pick<Collective, "local">, cores: number): number {
  return Math.max(1, Math.floor(cores / collective.local.size));
}
