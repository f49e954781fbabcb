import type { Parameter } from "@heed/tensor";
import type { Reduction } from "./train-step.js";

/**
 * Several processes that train one model. `trainCollective` of `@heed/distributed/node` makes one over MPI. All processes make
 * the same calls in the same order.
 */
export interface TrainCollective extends Reduction {
  /** Number of this process, from 0. Process 0 writes the run folder. */
  readonly rank: number;
  /** Number of processes. */
  readonly size: number;
  /** Calls `work` in process 0, and returns its result in all processes; throws in all when it fails. */
  onFirst<T>(work: () => T | Promise<T>): Promise<T>;
  /** Calls `work` in all processes; throws in all when it fails in one. */
  inAll<T>(work: () => T | Promise<T>): Promise<T>;
  /** Returns the values of all processes, in the order of their ranks. They can be cloned. */
  gather<T>(value: T): readonly T[] | Promise<readonly T[]>;
  /** Throws in all processes when their parameters differ. */
  assertEqual(parameters: ReadonlyMap<string, Parameter>): Promise<void>;
}
