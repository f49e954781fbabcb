/** Kits that certify extensions of your own with any test runner. */
export type { Check, CheckError } from "@heed/attention/testing";
export { maskChecks, normalizerChecks, scorerChecks } from "@heed/attention/testing";
export { type TaskChecksOptions, taskChecks } from "@heed/datasets/testing";
export { type MetricChecksOptions, metricChecks } from "@heed/metrics/testing";
export {
  type ModuleChecksOptions,
  moduleChecks,
  type OptimizerChecksOptions,
  optimizerChecks,
  type ScheduleChecksOptions,
  scheduleChecks,
} from "@heed/nn/testing";
export { type BackendChecksOptions, backendChecks } from "@heed/tensor/testing";
export { type TokenizerChecksOptions, tokenizerChecks } from "@heed/tokenizers/testing";
export { type RecipeChecksOptions, recipeChecks } from "@heed/train/testing";
