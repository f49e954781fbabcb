import { deserialize, serialize } from "node:v8";
import { HeedError, isHeedError } from "@heed/core";
import type { Parameter } from "@heed/tensor";
import { assertEqualParameters } from "../assert-equal-parameters.js";
import type { Collective } from "../collective.js";
import { type ProcessReduction, reductionOver } from "../reduction-over.js";
import type { BucketOptions } from "../tensor-collectives.js";

/** What `train` of `@heed/train` asks of several processes: its `collective`. */
export interface TrainCollective extends ProcessReduction {
  readonly rank: number;
  readonly size: number;
  /**
   * Calls `work` in process 0, and returns its result in all processes. The result is a value that can be cloned.
   *
   * @throws the error of process 0; in the others a PeerError
   */
  onFirst<T>(work: () => T | Promise<T>): Promise<T>;
  /**
   * Calls `work` in all processes.
   *
   * @throws in all processes when it fails in one of them: its error in process 0, a PeerError in the others. The message
   *   names the process that failed, unless process 0 did.
   */
  inAll<T>(work: () => T | Promise<T>): Promise<T>;
  /** Returns the values of all processes, in the order of their ranks. They can be cloned. */
  gather<T>(value: T): readonly T[];
  /** @throws in all processes when their parameters differ, with the name of the first one */
  assertEqual(parameters: ReadonlyMap<string, Parameter>): Promise<void>;
}

/**
 * An error of another process, which process 0 throws and reports. A program ends with it quietly: process 0 prints the
 * message.
 */
export class PeerError extends HeedError {
  override name = "PeerError";
}

interface Failure {
  readonly message: string;
}

/**
 * Returns what `train` needs to train in several processes.
 *
 * @example
 * const collective = await connect();
 * await train({ config, collective: trainCollective(collective) });
 */
export function trainCollective(collective: Collective, options: BucketOptions = {}): TrainCollective {
  const { rank, size } = collective;
  const broadcast = <T>(root: number, value: () => T): T => {
    const bytes = root === rank ? Uint8Array.from(serialize(value())) : null;
    const length = Float64Array.of(bytes?.length ?? 0);
    collective.broadcast(length, root);
    const content = bytes ?? new Uint8Array(length[0]!);
    collective.broadcast(content, root);
    return deserialize(content) as T;
  };
  const agree = (error: unknown, failed: boolean): void => {
    const first = Int32Array.of(failed ? size - rank : 0);
    collective.allReduce(first, "max");
    if (first[0] === 0) return;
    const root = size - first[0]!;
    const { message } = broadcast<Failure>(root, () => ({ message: messageOf(error) }));
    if (root === 0) throw rank === 0 ? error : new PeerError(message, { cause: error });
    const where = `Process ${root} of ${size}: ${message}`;
    throw rank === 0 ? new HeedError(where) : new PeerError(where, { cause: error });
  };
  const attempt = async <T>(
    work: () => T | Promise<T>,
  ): Promise<[result: T | undefined, error: unknown, failed: boolean]> => {
    try {
      return [await work(), undefined, false];
    } catch (error) {
      return [undefined, error, true];
    }
  };
  return {
    rank,
    size,
    ...reductionOver(collective, options),
    async onFirst<T>(work: () => T | Promise<T>) {
      const [result, error, failed] = rank === 0 ? await attempt(work) : [undefined, undefined, false];
      agree(error, failed);
      const others = broadcast(0, () => result as T);
      return rank === 0 ? (result as T) : others;
    },
    async inAll<T>(work: () => T | Promise<T>) {
      const [result, error, failed] = await attempt(work);
      agree(error, failed);
      return result as T;
    },
    gather: <T>(value: T) => Array.from({ length: size }, (_, root) => broadcast(root, () => value)),
    async assertEqual(parameters) {
      const [, error, failed] = await attempt(() => assertEqualParameters(collective, parameters));
      agree(error, failed);
    },
  };
}

/** Errors that heed does not expect keep the name of their class. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return `A non-Error value was thrown: ${String(error)}`;
  return isHeedError(error) ? error.message : `${error.name}: ${error.message}`;
}
