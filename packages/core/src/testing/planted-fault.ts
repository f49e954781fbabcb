import { type Check, CheckError } from "./check.js";

/** A fault that a test plants in something, to see that a kit catches it: one row of a table. */
export interface PlantedFault<T> {
  /** What is wrong with it, such as "the mask is ignored". */
  readonly name: string;
  /** The faulty implementation. */
  readonly plant: T;
  /** The end of the name of the check that must fail; `null` for an implementation without a fault: no check may fail. */
  readonly caughtBy: string | null;
}

/**
 * Runs checks, and returns the error of each that fails, by the name of the check.
 *
 * @example
 * expect(await failuresOf(scorerChecks(myScorer))).toEqual({});
 */
export async function failuresOf(checks: readonly Check[]): Promise<Record<string, Error>> {
  const failed: Record<string, Error> = {};
  for (const { name, run } of checks) {
    try {
      await run();
    } catch (error) {
      failed[name] = error instanceof Error ? error : new Error(String(error));
    }
  }
  return failed;
}

/**
 * Asserts that a kit catches a planted fault. Of the checks whose name ends with `caughtBy`, one must fail with a
 * {@link CheckError}; other checks may fail as well. With `null`, every check must pass.
 *
 * @throws Error when no such check exists, or none fails, or one fails that must pass
 * @example
 * test.each(faults)("$name", ({ plant, caughtBy }) => expectCaught(scorerChecks(plant), caughtBy));
 */
export async function expectCaught(checks: readonly Check[], caughtBy: string | null): Promise<void> {
  if (caughtBy === null) {
    const [failure] = Object.entries(await failuresOf(checks));
    if (failure)
      throw new Error(`"${failure[0]}" must pass, but it fails: ${failure[1].message}`, { cause: failure[1] });
    return;
  }
  const named = checks.filter(({ name }) => name.endsWith(caughtBy));
  if (named.length === 0)
    throw new Error(`No check is named "${caughtBy}". Known: ${checks.map(({ name }) => name).join("; ")}.`);
  const failures = Object.entries(await failuresOf(named));
  if (failures.length === 0) {
    const others = Object.keys(await failuresOf(checks.filter((check) => !named.includes(check))));
    const instead = others.length > 0 ? `These fail instead: ${others.join("; ")}.` : "No other check fails either.";
    throw new Error(`"${caughtBy}" must fail, but it passes. ${instead}`);
  }
  const crashed = failures.find(([, error]) => !(error instanceof CheckError));
  if (crashed)
    throw new Error(`"${crashed[0]}" must fail with a CheckError, got ${crashed[1].name}: ${crashed[1].message}`, {
      cause: crashed[1],
    });
}
