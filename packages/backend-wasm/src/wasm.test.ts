import { backendChecks } from "@heed/tensor/testing";
import { describe, test } from "vitest";
import { wasm } from "./wasm.js";

for (const simd of ["128", "256"] as const) {
  for (const threads of [1, 2, 3]) {
    describe(`${simd}-bit kernels on ${threads} threads`, () => {
      for (const check of backendChecks(() => wasm({ simd, threads }))) test(check.name, check.run);
    });
  }
}
