export type { Check, CheckError } from "@heed/core/testing";
export { type TaskChecksOptions, taskChecks } from "./task-checks.js";
