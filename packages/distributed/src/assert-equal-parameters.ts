import type { Parameter, TensorData } from "@heed/tensor";
import type { Collective } from "./collective.js";
import { DistributedError } from "./distributed-error.js";
import { hashWords } from "./hash.js";

/**
 * Checks that all processes hold the same parameters, bit for bit. It compares a 32-bit checksum of each parameter, and
 * reads each parameter once.
 *
 * @param parameters - of the same names and shapes in all processes
 * @throws DistributedError in all processes, with the name of the first parameter that differs
 * @example
 * await assertEqualParameters(collective, model.parameters());
 */
export async function assertEqualParameters(
  collective: Collective,
  parameters: ReadonlyMap<string, Parameter>,
): Promise<void> {
  if (collective.size === 1) return;
  const extremes = new Int32Array(2 * parameters.size);
  let next = 0;
  for (const parameter of parameters.values()) {
    const { backend, buffer } = parameter;
    const hash = hashWords(wordsOf(backend.view?.(buffer) ?? (await parameter.data())));
    extremes[next++] = hash;
    extremes[next++] = ~hash;
  }
  // Equal numbers are their own maximum and minimum; the minimum is the complement of the maximum of the complements.
  collective.allReduce(extremes, "max");
  const names = [...parameters.keys()];
  const different = names.filter((_, i) => extremes[2 * i] !== ~extremes[2 * i + 1]!);
  if (different.length === 0) return;
  throw new DistributedError(
    `All ${collective.size} processes must hold the same parameters, but ${different.length} of ${names.length} differ; the first is "${different[0]}". Use the same version of heed, backend and kernels in every process, and resume from the last checkpoint.`,
  );
}

/** The bits of the values. */
function wordsOf(values: TensorData): Int32Array {
  if (values instanceof Int32Array) return values;
  if (values.byteLength % 4 !== 0) return Int32Array.from(values);
  return new Int32Array(values.buffer, values.byteOffset, values.byteLength / 4);
}
