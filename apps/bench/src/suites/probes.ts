import type { Expectation } from "./case.js";

/** Places spread over an output: all of a small one, and otherwise the first, the last, and many between. */
export function probes(size: number, count = 97): number[] {
  if (size <= count) return Array.from({ length: size }, (_, i) => i);
  return Array.from({ length: count }, (_, i) => Math.floor((i * (size - 1)) / (count - 1)));
}

/** What `out` must hold at its probes, by a formula for one element. */
export function expectOut(size: number, element: (index: number) => number, tolerance = 1e-4): Expectation[] {
  const indices = probes(size);
  return [{ output: "out", indices, values: indices.map(element), tolerance }];
}
