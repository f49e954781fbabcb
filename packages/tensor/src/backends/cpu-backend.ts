import { type CpuOptions, cpu } from "../cpu/cpu.js";
import { defineBackend } from "../define-backend.js";

/** The definition of the backend `cpu`, see {@link cpu}. */
export const cpuBackend = defineBackend<CpuOptions>({
  name: "cpu",
  summary: "the reference: plain JavaScript, to compare with",
  automatic: true,
  options: {
    precision: {
      type: "string",
      choices: ["f32", "f64"],
      default: "f32",
      meaning: "What f32 tensors calculate in.",
    },
  },
  fault: async () => undefined,
  load: async (options) => cpu(options),
});
