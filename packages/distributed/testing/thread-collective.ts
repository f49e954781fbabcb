import type { TensorData } from "@heed/tensor";
import type { Collective } from "../src/index.js";

/** Bytes that travel in one round. */
const roundBytes = 2 ** 16;

/** Memory that the threads of a {@link threadCollective} share. */
export interface SharedMemory {
  readonly size: number;
  /** Threads that have arrived at the barrier, and the number of barriers so far. */
  readonly control: SharedArrayBuffer;
  /** A part of each thread. */
  readonly data: SharedArrayBuffer;
}

/** Returns memory for threads that stand for processes. */
export function sharedMemory(size: number): SharedMemory {
  return { size, control: new SharedArrayBuffer(8), data: new SharedArrayBuffer(size * roundBytes) };
}

/** Returns a collective of threads of one process, for tests that need no MPI. A thread that waits uses no processor. */
export function threadCollective({ size, control, data }: SharedMemory, rank: number): Collective {
  const state = new Int32Array(control);
  const barrier = (): void => {
    const round = Atomics.load(state, 1);
    if (Atomics.add(state, 0, 1) === size - 1) {
      Atomics.store(state, 0, 0);
      Atomics.add(state, 1, 1);
      Atomics.notify(state, 1);
    } else Atomics.wait(state, 1, round);
  };
  const bytesOf = (values: TensorData): Uint8Array =>
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const partOf = (thread: number, length: number): Uint8Array => new Uint8Array(data, thread * roundBytes, length);
  /** Calls `read` for each part of the values when all threads have written theirs. */
  const exchange = (values: TensorData, read: (part: TensorData) => void): void => {
    const perRound = roundBytes / values.BYTES_PER_ELEMENT;
    for (let i = 0; i < values.length; i += perRound) {
      const part = values.subarray(i, i + perRound);
      partOf(rank, part.byteLength).set(bytesOf(part));
      barrier();
      read(part);
      barrier();
    }
  };
  return {
    rank,
    size,
    local: { rank, size },
    allReduce(values, operation = "sum") {
      exchange(values, (part) => {
        const copy = part.slice();
        for (let thread = 0; thread < size; thread++) {
          bytesOf(copy).set(partOf(thread, part.byteLength));
          for (const [i, value] of copy.entries()) {
            if (thread === 0) part[i] = value;
            else part[i] = operation === "sum" ? part[i]! + value : Math.max(part[i]!, value);
          }
        }
      });
    },
    broadcast(values, root = 0) {
      exchange(values, (part) => bytesOf(part).set(partOf(root, part.byteLength)));
    },
    barrier,
    abort: (code = 1) => process.exit(code),
    report: () => ({ library: "threads", launcher: null, rank, size }),
    close() {},
  };
}
