import { shownArgument } from "@heed/core";
import { decodeSafetensors, formatShape, type SafeTensor, SafetensorsError } from "@heed/tensor";
import { RunError } from "./run-error.js";

const advice = "Restore the file, or train again.";

/** @throws RunError when the file is damaged */
export function decodeWeights(path: string, bytes: Uint8Array): ReadonlyMap<string, SafeTensor> {
  return decodeWeightsFile(path, bytes).tensors;
}

/** Decodes a file of weights with its metadata. @throws RunError when the file is damaged */
export function decodeWeightsFile(path: string, bytes: Uint8Array): ReturnType<typeof decodeSafetensors> {
  try {
    return decodeSafetensors(bytes);
  } catch (error) {
    if (!(error instanceof SafetensorsError)) throw error;
    throw new RunError(`${path} is damaged: ${error.message}. ${advice}`, { cause: error });
  }
}

/** @throws RunError when a weight is NaN or infinite */
export function assertFiniteWeights(path: string, tensors: ReadonlyMap<string, SafeTensor>): void {
  for (const [name, { data }] of tensors) {
    const isFloat = data instanceof Float32Array || data instanceof Float64Array;
    const place = isFloat ? data.findIndex((value) => !Number.isFinite(value)) : -1;
    if (place !== -1) throw new RunError(`${path}: expected finite weights, got ${data[place]} in ${name}. ${advice}`);
  }
}

/**
 * Checks weights that belong to the same model as others, which were loaded already.
 * @throws RunError when they are damaged, not finite, or have other names or shapes
 */
export function assertSameModel(path: string, bytes: Uint8Array, other: Uint8Array): void {
  const tensors = decodeWeights(path, bytes);
  assertFiniteWeights(path, tensors);
  const outline = (weights: ReadonlyMap<string, SafeTensor>): string[] =>
    Array.from(weights, ([name, { shape }]) => `${name} ${formatShape(shape)}`).sort();
  const [own, expected] = [outline(tensors), outline(decodeSafetensors(other).tensors)];
  const missing = expected.find((line) => !own.includes(line)) ?? own.find((line) => !expected.includes(line));
  if (missing === undefined) return;
  throw new RunError(
    `${path} belongs to another model than config.yaml: ${shownArgument(missing)} is in only one of the two. ${advice}`,
  );
}
