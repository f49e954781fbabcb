import { decodeSafetensors, encodeSafetensors } from "@heed/tensor";
import type { Module } from "./module.js";
import type { LoadOptions } from "./state-dict.js";

/**
 * The module's parameters as the bytes of a safetensors file. Equal values and metadata give equal bytes.
 *
 * @param metadata - free text by key, for example the configuration as JSON
 * @example
 * await writeFile("model.safetensors", await saveModule(model, { format: "pt" }));
 */
export async function saveModule(
  module: Module,
  metadata: Readonly<Record<string, string>> = {},
): Promise<Uint8Array<ArrayBuffer>> {
  return encodeSafetensors(await module.stateDict(), metadata);
}

/**
 * Loads the bytes of a safetensors file, PyTorch's included, into a module that was built with the same sizes.
 *
 * @returns the file's metadata
 * @throws SafetensorsError when the bytes are no such file
 * @throws StateDictError when the parameters do not fit, naming each one; nothing is loaded then
 * @example
 * loadModule(model, await readFile("model.safetensors"));
 */
export function loadModule(module: Module, bytes: Uint8Array, options: LoadOptions = {}): Record<string, string> {
  const { tensors, metadata } = decodeSafetensors(bytes);
  module.loadStateDict(tensors, options);
  return metadata;
}
