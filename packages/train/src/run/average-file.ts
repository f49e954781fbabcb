import { encodeSafetensors, type SafeTensor } from "@heed/tensor";
import { isAverageName } from "./average-name.js";
import { decodeWeightsFile } from "./decode-weights.js";
import { RunError } from "./run-error.js";
import { sha256 } from "./sha256.js";

/** Returns the file of an average. @throws RunError when the name may not be that of an average */
export function averageFile(name: string): string {
  if (isAverageName(name)) return `${name}.safetensors`;
  throw new RunError(
    `The name of an average must be "average", or "average-" and small letters, digits and hyphens, got ${JSON.stringify(name)}.`,
  );
}

/** Returns whether a file of a run folder is an average. */
export function isAverageFile(file: string): boolean {
  return file.endsWith(".safetensors") && isAverageName(file.slice(0, -".safetensors".length));
}

/**
 * Encodes an average of weights. No state describes it, so its own checksum is in its metadata.
 * @param epochs - that were averaged
 */
export async function encodeAverage(
  tensors: ReadonlyMap<string, SafeTensor>,
  epochs: readonly number[],
): Promise<Uint8Array> {
  const metadata = { format: "pt", average: epochs.join(" ") };
  return encodeSafetensors(tensors, { ...metadata, sha256: await sha256(encodeSafetensors(tensors, metadata)) });
}

/**
 * Checks the checksum in the metadata of an average.
 * @returns the epochs that were averaged; null when the file is not an average
 * @throws RunError when the file is damaged
 */
export async function checkAverage(path: string, bytes: Uint8Array): Promise<readonly number[] | null> {
  const { tensors, metadata } = decodeWeightsFile(path, bytes);
  const { average, sha256: expected, ...rest } = metadata;
  if (average === undefined || !/^\d{1,6}( \d{1,6})*$/.test(average) || expected === undefined) return null;
  if ((await sha256(encodeSafetensors(tensors, { ...rest, average }))) !== expected) {
    throw new RunError(`${path} is damaged: its own checksum is wrong. Average the weights again.`);
  }
  return average.split(" ").map(Number);
}
