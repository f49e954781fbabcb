/** Limits of synthetic tasks: a configuration of a few bytes must not ask for all memory. */
export const taskLimits = {
  /** `symbols` of a task of symbols. */
  symbols: 100_000,
  /** `maxLength` of a task of symbols. */
  length: 10_000,
  /** Tokens that one set of pairs has, sources and targets together. */
  tokens: 50_000_000,
} as const;

/** Limits of text. `SECURITY.md` lists them; whatever exceeds one is refused with its number. */
export const textLimits = {
  /** Bytes of a text file, decompressed; Node.js reads no larger file at once. */
  bytes: 2 ** 31 - 1,
  /** Bytes of standard input. */
  standardInputBytes: 2 ** 30,
  /** Lines of a text. */
  lines: 20_000_000,
  /** UTF-16 units of a line. */
  lineLength: 1_000_000,
} as const;
