/** The exit codes of `heed`. Scripts may rely on them: a code never changes its meaning. */
export const exitCodes = {
  success: 0,
  /** The input, the files or the machine do not allow what was asked. */
  error: 1,
  usage: 2,
  /** The value of EX_SOFTWARE in `sysexits.h`. */
  fault: 70,
  /** As in shells: 128 + the number of the signal. */
  SIGINT: 130,
  SIGTERM: 143,
} as const;

/** An exit code of `heed`. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** What each exit code means, for `heed --help` and `SECURITY.md`. */
export const exitCodeMeanings: readonly (readonly [code: ExitCode, meaning: string])[] = [
  [exitCodes.success, "the command did what was asked"],
  [exitCodes.error, "an error in a file, in the data or of the machine; the message names it"],
  [exitCodes.usage, "wrong usage: an unknown command or option, or a wrong value of one"],
  [exitCodes.fault, "a fault of heed; report it"],
  [exitCodes.SIGINT, "stopped by SIGINT (Ctrl-C); train has saved the run"],
  [exitCodes.SIGTERM, "stopped by SIGTERM; train has saved the run"],
];
