import { defineBackend } from "@heed/tensor";
import { mostThreads } from "./job-layout.js";
import { isSupported, loadVariant } from "./variants.js";
import { type WasmOptions, wasm } from "./wasm.js";

/** The definition of the backend `wasm`, see {@link wasm}. */
export const wasmBackend = defineBackend<WasmOptions>({
  name: "wasm",
  summary: "WebAssembly SIMD on several threads, the fastest without a graphics card",
  automatic: true,
  options: {
    threads: {
      type: "integer",
      minimum: 1,
      maximum: mostThreads,
      meaning: "Number of threads. Default: as many as there are processors, or one where several are slower.",
    },
    simd: {
      type: "string",
      choices: ["auto", "128", "256"],
      default: "auto",
      meaning: "Width of vectors in bits. 256 needs Node 24 or newer.",
    },
    multiplyAdd: {
      type: "string",
      choices: ["auto", "fused", "plain"],
      default: "auto",
      meaning: "How products are added: fused rounds once, plain twice. The bits of results differ.",
    },
  },
  async fault() {
    if (typeof WebAssembly === "undefined") return "this JavaScript engine has no WebAssembly.";
    return isSupported(await loadVariant("plain128")) ? undefined : "this JavaScript engine has no WebAssembly SIMD.";
  },
  load: wasm,
});
