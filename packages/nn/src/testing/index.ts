export type { Check, CheckError } from "@heed/core/testing";
export { moduleChecks } from "./module-checks.js";
export type { ModuleChecksOptions } from "./module-trial.js";
