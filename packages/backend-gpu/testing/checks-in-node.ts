import { backendChecks } from "@heed/tensor/testing";
import { gpu } from "../src/gpu.js";

/** A program: certifies the backend in Node through the package webgpu, and prints what came of it as JSON. */
const { WEBGPU_PATH: path } = process.env;
if (path) {
  const { create } = (await import(path)) as { create: (options: readonly string[]) => unknown };
  const place = globalThis as { navigator?: object };
  if (!place.navigator) Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
  Object.defineProperty(place.navigator, "gpu", { value: create([]), configurable: true });
}
const backend = await gpu({ mode: "webgpu" });
const checks = backendChecks(() => backend);
const failures: string[] = [];
for (const { name, run } of checks) {
  await run().catch((error: unknown) => failures.push(`${name}: ${error}`));
}
const { device } = backend.report();
await backend.close?.();
console.log(JSON.stringify({ checks: checks.length, failures, device }));
