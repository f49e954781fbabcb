import { defineBackend } from "@heed/tensor";
import { type GpuOptions, gpu } from "./gpu.js";
import { modes } from "./mode.js";

/** The definition of the backend `gpu`, see {@link gpu}. Only loading it finds out whether there is a graphics card. */
export const gpuBackend = defineBackend<GpuOptions>({
  name: "gpu",
  summary: "the graphics card, over WebGPU or WebGL2; Node needs the package webgpu",
  automatic: false,
  options: {
    mode: {
      type: "string",
      choices: modes,
      meaning: "How kernels run. Default: webgpu, or else webgl2. The others run on the processor, for tests.",
    },
  },
  fault: async () => undefined,
  load: gpu,
});
