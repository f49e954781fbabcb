export type { Check, CheckError } from "@heed/core/testing";
export { moduleChecks } from "./module-checks.js";
export type { ModuleChecksOptions } from "./module-trial.js";
export { optimizerChecks } from "./optimizer-checks.js";
export type { OptimizerChecksOptions } from "./optimizer-trial.js";
export { type ScheduleChecksOptions, scheduleChecks } from "./schedule-checks.js";
