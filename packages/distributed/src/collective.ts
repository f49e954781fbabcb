import type { TensorData } from "@heed/tensor";
import { DistributedError } from "./distributed-error.js";

/** How values of several processes become one. */
export type ReduceOperation = "sum" | "max";

/** What connects the processes. */
export interface CollectiveReport {
  /** The library, its version and its file, in words; `null` for one process without a library. */
  readonly library: string | null;
  /** Name of the launcher that started the processes, such as `mpirun of Open MPI`; `null` without one. */
  readonly launcher: string | null;
  readonly rank: number;
  readonly size: number;
}

/**
 * The processes that work together, as one of them sees them. All processes make the same calls in the same order; each call
 * blocks until its result is there. Calls write into the given arrays, without a copy.
 */
export interface Collective {
  /** Number of this process, from 0. */
  readonly rank: number;
  /** Number of processes. */
  readonly size: number;
  /** The same, among the processes on this machine. */
  readonly local: { readonly rank: number; readonly size: number };
  /**
   * Replaces each value by the sum, or the largest, of the values at its index in all processes.
   *
   * @param values - of the same type and length in all processes; truth values (`Uint8Array`) cannot be reduced
   * @throws DistributedError when the type cannot be reduced, or the library reports an error
   */
  allReduce(values: TensorData, operation?: ReduceOperation): void;
  /**
   * Replaces the values of all processes by those of process `root`, default 0.
   *
   * @param values - of the same type and length in all processes
   * @throws DistributedError when there is no process `root`, or the library reports an error
   */
  broadcast(values: TensorData, root?: number): void;
  /** Waits until all processes have called it. */
  barrier(): void;
  /** Ends all processes at once, this one included. `exitCode` is from 1 to 255, default 1. */
  abort(exitCode?: number): never;
  /** Returns what connects the processes. */
  report(): CollectiveReport;
  /** Ends the connection, which no call may use afterwards. It waits for the other processes. Closing twice does nothing. */
  close(): void;
}

/** Checks the values of {@link Collective.allReduce}. */
export function assertReducible(values: TensorData): void {
  if (values instanceof Float32Array || values instanceof Float64Array || values instanceof Int32Array) return;
  throw new DistributedError(
    `allReduce: values must be a Float32Array, Float64Array or Int32Array, got ${nameOf(values)}. Cast truth values to i32.`,
  );
}

/** Checks the arguments of {@link Collective.broadcast}. */
export function assertBroadcast(values: TensorData, root: number, size: number): void {
  if (!(ArrayBuffer.isView(values) && "length" in values)) {
    throw new DistributedError(`broadcast: values must be a typed array of a tensor's values, got ${nameOf(values)}.`);
  }
  if (Number.isInteger(root) && root >= 0 && root < size) return;
  throw new DistributedError(
    `broadcast: root must be a process from 0 to ${size - 1}, got ${root}. Name the process that has the values.`,
  );
}

/** Checks the argument of {@link Collective.abort}. */
export function checkExitCode(exitCode: number): number {
  if (Number.isInteger(exitCode) && exitCode >= 1 && exitCode <= 255) return exitCode;
  throw new DistributedError(`abort: the exit code must be an integer from 1 to 255, got ${exitCode}.`);
}

function nameOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return (Object.getPrototypeOf(value) as object | null)?.constructor?.name ?? typeof value;
}
