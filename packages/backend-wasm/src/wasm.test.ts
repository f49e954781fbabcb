import { setFlagsFromString } from "node:v8";
import { backendChecks } from "@heed/tensor/testing";
import { describe, test } from "vitest";
import { wasm } from "./wasm.js";

// Compiled for speed at the first call: in a hurry, the engine compiles to something else, which nobody waits for.
setFlagsFromString("--no-liftoff");

for (const simd of ["128", "256"] as const) {
  for (const threads of [1, 2, 3]) {
    describe(`${simd}-bit kernels on ${threads} threads`, () => {
      for (const check of backendChecks(() => wasm({ simd, threads }))) test(check.name, check.run);
    });
  }
}
