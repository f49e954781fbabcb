import * as fc from "fast-check";
import type { FuzzTarget } from "./fuzz-target.js";

/** A property that did not hold. */
export interface FuzzFailure {
  readonly target: string;
  /** Repeats the failure: `--seed` of the same target. */
  readonly seed: number;
  readonly path: string | null;
  readonly input: string;
  readonly message: string;
}

/** What a round of fuzzing found. */
export interface FuzzCount {
  readonly target: string;
  /** The number of values that were given to the parser or function. */
  readonly inputs: number;
  readonly failures: readonly FuzzFailure[];
}

/**
 * Fuzzes one target.
 *
 * @param share - the part of the target's inputs, such as 0.01 for a short run
 * @param seed - draws the inputs
 */
export async function fuzz(
  target: FuzzTarget,
  { share, seed, path }: { readonly share: number; readonly seed: number; readonly path?: string },
): Promise<FuzzCount> {
  const numRuns = Math.max(1, Math.round(target.inputs * share));
  const property = await target.property();
  const result = await fc.check(property as fc.IAsyncProperty<unknown>, {
    ...{ numRuns, seed, path: path ?? "", endOnFailure: path !== undefined },
    // Shrinking ends when it is no longer useful.
    ...{ interruptAfterTimeLimit: 600_000, markInterruptAsFailure: false },
  });
  if (!result.failed) return { target: target.name, inputs: result.numRuns, failures: [] };
  const { counterexample, counterexamplePath, errorInstance } = result;
  const failure = {
    ...{ target: target.name, seed, path: counterexamplePath },
    input: fc.stringify(counterexample).slice(0, 2000),
    message: String((errorInstance as Error | null)?.stack ?? errorInstance).slice(0, 2000),
  };
  return { target: target.name, inputs: result.numRuns, failures: [failure] };
}
