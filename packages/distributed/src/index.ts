export { assertEqualParameters } from "./assert-equal-parameters.js";
export type { Collective, CollectiveReport, ReduceOperation } from "./collective.js";
export { DistributedError } from "./distributed-error.js";
export { findLauncher, type Launcher } from "./find-launcher.js";
export { type ProcessReduction, reductionOver } from "./reduction-over.js";
export { singleProcess } from "./single-process.js";
export {
  type AllReduceOptions,
  allReduceTensors,
  type BroadcastOptions,
  type BucketOptions,
  broadcastTensors,
} from "./tensor-collectives.js";
export { threadsPerProcess } from "./threads-per-process.js";
