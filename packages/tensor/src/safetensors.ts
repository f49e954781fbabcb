export { decodeSafetensors, type SafetensorsFile } from "./safetensors/decode-safetensors.js";
export { encodeSafetensors } from "./safetensors/encode-safetensors.js";
export type { SafeDType, SafeTensor } from "./safetensors/safe-tensor.js";
export { SafetensorsError } from "./safetensors/safetensors-error.js";
