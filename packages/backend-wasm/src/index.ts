export { type WasmOptions, wasm } from "./wasm.js";
export { wasmBackend } from "./wasm-backend.js";
