import type { BleuTokenizer } from "@heed/metrics";

/** Ways to split lines into words for BLEU. */
export const bleuTokenizations = ["13a", "none", "char", "intl"] as const satisfies readonly BleuTokenizer[];

/** Tests of whether two systems differ. */
export const significanceTests = ["paired-bootstrap", "approximate-randomization"] as const;
