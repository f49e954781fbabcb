export { type GpuMode, type GpuOptions, gpu } from "./gpu.js";
