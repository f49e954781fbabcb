export type { Check, CheckError } from "@heed/tensor/testing";
export { maskChecks } from "./mask-checks.js";
export { normalizerChecks } from "./normalizer-checks.js";
export type { CreateBackend, KitOptions } from "./precision.js";
export { scorerChecks } from "./scorer-checks.js";
