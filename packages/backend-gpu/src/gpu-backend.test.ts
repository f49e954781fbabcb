import { expect, test } from "vitest";
import { gpuBackend } from "./gpu-backend.js";

test("the definition loads the backend with its options", async () => {
  const backend = await gpuBackend.load({ mode: "cpu" });
  expect(backend.report()).toMatchObject({ backend: "gpu", details: { mode: "cpu" } });
  await backend.close?.();
  await expect(gpuBackend.load({ mode: "metal" })).rejects.toThrow('"webgpu", "webgl2", "webasm", "cpu", got "metal".');
  await expect(gpuBackend.load({ threads: 2 })).rejects.toThrow('The backend "gpu" has no option "threads".');
});
