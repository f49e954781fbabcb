/** Limits of tokenizers. `SECURITY.md` lists them; whatever exceeds one is refused with its number. */
export const tokenizerLimits = {
  /** Tokens of a vocabulary, the special ones included. */
  vocabulary: 1_000_000,
} as const;
