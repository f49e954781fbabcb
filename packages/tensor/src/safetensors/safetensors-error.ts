import { HeedError } from "@heed/core";

/** Bytes that are not a sound safetensors file, or tensors that cannot be written as one. */
export class SafetensorsError extends HeedError {
  override readonly name = "SafetensorsError";
}
