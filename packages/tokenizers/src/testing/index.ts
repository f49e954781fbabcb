export type { Check, CheckError } from "@heed/core/testing";
export { tokenizerChecks } from "./tokenizer-checks.js";
export type { TokenizerChecksOptions } from "./tokenizer-trial.js";
