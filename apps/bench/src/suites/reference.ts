import { cpu } from "@heed/tensor";
import { heedAdapter } from "../heed/adapter.js";
import type { Work } from "../work.js";
import type { Expectation } from "./case.js";
import { probes } from "./probes.js";

/**
 * What the outputs of a work must be, by heed's reference backend in f64: readable, slow, and itself checked against
 * PyTorch and finite differences. For works of a few hundred million operations.
 */
export async function referenceOf(
  work: Work,
  outputs: readonly string[],
  { runs = 1, tolerance = 1e-3 } = {},
): Promise<Expectation[]> {
  const adapter = heedAdapter(cpu({ precision: "f64" }));
  const prepared = await adapter.prepare(work);
  try {
    for (let i = 0; i < runs; i++) await prepared.run();
    const read = await prepared.read();
    return outputs.map((output) => {
      const all = read[output]!;
      const indices = probes(all.length);
      return { output, indices, values: indices.map((index) => all[index]!), tolerance };
    });
  } finally {
    prepared.dispose();
  }
}

/** The same function, called at most once. */
export function once<T>(fn: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= fn();
    return result;
  };
}
