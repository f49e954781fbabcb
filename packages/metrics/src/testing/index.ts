export type { Check, CheckError } from "@heed/core/testing";
export { type MetricChecksOptions, metricChecks } from "./metric-checks.js";
