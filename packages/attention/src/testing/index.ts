export type { Check, CheckError } from "@heed/tensor/testing";
export { scorerChecks } from "./scorer-checks.js";
