import type { FusedKernel, Primitives } from "@heed/tensor";
import type { Engine } from "../engine.js";
import type { Gemm } from "../gemm.js";

/** Every operation that this backend has a kernel of its own for. */
export function fusedKernels(_engine: Engine, _gemm: Gemm, _fill: Primitives["fill"]): readonly FusedKernel[] {
  return [];
}
