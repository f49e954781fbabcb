import type { FusedKernel } from "@heed/tensor";
import type { Toolbox } from "./toolbox.js";

/** Every operation that has a kernel of its own here. */
export function fusedKernels(_box: Toolbox): readonly FusedKernel[] {
  return [];
}
