import { BackendError, type BackendReport } from "@heed/tensor";
import { isSupported, type Variant, variants } from "./variants.js";

/** Width of vectors in bits. */
export type SimdChoice = "auto" | "128" | "256";

export interface VariantChoice {
  readonly variant: Variant;
  readonly fallbacks: BackendReport["fallbacks"];
}

export async function chooseVariant(wanted: SimdChoice): Promise<VariantChoice> {
  const v8 = globalThis.process?.getBuiltinModule?.("node:v8");
  if (!isSupported(variants.plain128)) throw new BackendError("wasm: no SIMD");
  if (wanted !== "128" && isSupported(variants.relaxed256)) {
    v8?.setFlagsFromString("--experimental-wasm-revectorize");
    return { variant: variants.relaxed256, fallbacks: [] };
  }
  return { variant: isSupported(variants.relaxed128) ? variants.relaxed128 : variants.plain128, fallbacks: [] };
}
