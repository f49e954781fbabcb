/** Kits that certify your own scorers, normalizers and masks with any test runner. */
export type { Check, CheckError } from "@heed/attention/testing";
export { maskChecks, normalizerChecks, scorerChecks } from "@heed/attention/testing";
