export { type GpuMode, type GpuOptions, gpu } from "./gpu.js";
export { gpuBackend } from "./gpu-backend.js";
