import { assertBroadcast, assertReducible, type Collective, checkExitCode } from "./collective.js";
import { DistributedError } from "./distributed-error.js";

/**
 * Returns a collective of one process, for programs that run the same code with and without a launcher. It loads nothing.
 *
 * @example
 * const collective = singleProcess();
 * collective.allReduce(Float32Array.of(1, 2)); // the sum over one process: nothing changes
 */
export function singleProcess(): Collective {
  return {
    rank: 0,
    size: 1,
    local: { rank: 0, size: 1 },
    allReduce: assertReducible,
    broadcast: (values, root = 0) => assertBroadcast(values, root, 1),
    barrier() {},
    abort(exitCode = 1) {
      const code = checkExitCode(exitCode);
      globalThis.process?.exit?.(code);
      throw new DistributedError(`abort: only a process of Node can end itself, with exit code ${code}.`);
    },
    report: () => ({ library: null, launcher: null, rank: 0, size: 1 }),
    close() {},
  };
}
