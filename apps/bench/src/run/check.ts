import type { Expectation } from "../suites/case.js";

/**
 * Why the elements of an output are not what they must be; undefined when they are.
 *
 * @param got - the elements at the expectation's indices
 */
export function findFault(
  { output, indices, values, tolerance }: Expectation,
  got: readonly number[],
): string | undefined {
  const scale = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const allowed = tolerance * scale;
  const wrong = values.findIndex((value, i) => !(Math.abs(value - (got[i] ?? Number.NaN)) <= allowed));
  if (wrong < 0) return undefined;
  return `${output}[${indices[wrong]}] is ${got[wrong]}, but should be ${values[wrong]} (± ${allowed.toPrecision(2)})`;
}
