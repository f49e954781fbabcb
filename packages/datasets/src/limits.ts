/** Limits of synthetic tasks: a configuration of a few bytes must not ask for all memory. */
export const taskLimits = {
  /** `symbols` of a task of symbols. */
  symbols: 100_000,
  /** `maxLength` of a task of symbols. */
  length: 10_000,
  /** Tokens that one set of pairs has, sources and targets together. */
  tokens: 50_000_000,
} as const;
