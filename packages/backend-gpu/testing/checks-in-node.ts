import { backendChecks } from "@heed/tensor/testing";
import gpuJs from "gpu.js/dist/gpu-browser.min.js";
import { gpu } from "../src/gpu.js";
import { gpuChecks } from "./gpu-checks.js";

/** A program: certifies the backend in Node through the package webgpu, and prints what came of it as JSON. */
const { WEBGPU_PATH: path } = process.env;
if (path) {
  const { create } = (await import(path)) as { create: (options: readonly string[]) => unknown };
  const place = globalThis as { navigator?: object };
  if (!place.navigator) Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
  Object.defineProperty(place.navigator, "gpu", { value: create([]), configurable: true });
}
const backend = await gpu({ mode: "webgpu" });
const lose = async (): Promise<void> => {
  (await gpuJs.WebGPUContext.acquire()).device.destroy();
  await new Promise((resolve) => setTimeout(resolve, 100));
};
const checks = [...backendChecks(() => backend), ...gpuChecks("webgpu", lose)];
const failures: string[] = [];
for (const { name, run } of checks) {
  await run().catch((error: unknown) => failures.push(`${name}: ${error}`));
}
const { device } = backend.report();
await backend.close?.();
console.log(JSON.stringify({ checks: checks.length, failures, device }));
