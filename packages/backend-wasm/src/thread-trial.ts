import type { Engine } from "./engine.js";

/** Side of the product that is timed: some 50 µs of work for one thread. */
const side = 128;
/** Rows that are worth waking a thread for, as in products of tensors. */
const rowsEach = 24;
/** Rounds, products a round, and the time in milliseconds after which no further round starts. */
const [rounds, products, longest] = [9, 5, 40];

/** Milliseconds that a round of products takes; the median of all rounds. */
export interface ThreadTrial {
  readonly alone: number;
  readonly together: number;
}

/** Times small matrix products on one thread and on all threads of the pool, by turns. */
export function timeThreads(engine: Engine): ThreadTrial {
  const gemm = engine.kernel("gemm");
  const workspaceOf = engine.kernel("gemmWorkspace").call as (...args: number[]) => number;
  const workspace = workspaceOf(side, side, side, 0, 0, 0);
  const bytes = 4 * side * side;
  const matrices = engine.acquire(3 * bytes);
  new Float32Array(engine.memory.buffer, matrices, 2 * side * side).fill(0.5);
  const [a, b, c] = [matrices, matrices + bytes, matrices + 2 * bytes];
  const args = [0, side, side, side, a, 4 * side, 0, b, 4 * side, 0, 0, c, 4 * side, 0, 0];
  const times = { alone: [] as number[], together: [] as number[] };
  const measure = (multiply: () => void): number => {
    const start = performance.now();
    for (let product = 0; product < products; product++) multiply();
    return performance.now() - start;
  };
  const alone = (): void => void gemm.call(0, side, engine.scratch(workspace), ...args);
  const together = (): void => engine.run(gemm, side, rowsEach, workspace, args);
  try {
    // The workers wake up for the first job.
    together();
    const start = performance.now();
    for (let round = 0; round < rounds && performance.now() - start < longest; round++) {
      times.alone.push(measure(alone));
      times.together.push(measure(together));
    }
  } finally {
    engine.release(matrices, 3 * bytes);
  }
  return { alone: median(times.alone), together: median(times.together) };
}

function median(values: readonly number[]): number {
  return values.toSorted((x, y) => x - y)[values.length >> 1] ?? 0;
}
