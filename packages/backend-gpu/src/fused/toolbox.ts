import type { Device } from "../device.js";
import type { Reductions } from "../primitives/reduce.js";

/** What fused kernels are made with. */
export interface Toolbox {
  readonly device: Device;
  readonly folds: Reductions;
}
