import type { Backend } from "@heed/tensor";
import { backendChecks } from "@heed/tensor/testing";
import { describe, test } from "vitest";
import { gpuChecks } from "../testing/gpu-checks.js";
import { gpu } from "./gpu.js";

// What gpu.js runs on the processor: slow, and there to be tested with where there is no graphics card.
for (const mode of ["cpu", "webasm"] as const) {
  describe(`mode "${mode}"`, () => {
    for (const check of backendChecks(() => gpu({ mode }))) test(check.name, check.run);
    const close = async ({ backend }: { backend: Backend }): Promise<void> => backend.close?.();
    for (const check of gpuChecks(mode, close)) test(check.name, check.run);
  });
}
