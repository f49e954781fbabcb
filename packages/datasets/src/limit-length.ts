import { HeedError } from "@heed/core";

/** What {@link limitLength} left out. */
export interface LimitReport {
  readonly maxLength: { readonly source: number; readonly target: number };
  readonly kept: number;
  /** Pairs left out because a side is longer than `maxLength` or shorter than `minLength`. */
  readonly dropped: number;
  /** Of those, the ones with a side that is too long. */
  readonly tooLong: number;
  /** Of those, the ones with a side that is too short, and none too long. */
  readonly tooShort: number;
  /** The first ten left out: their line or, without one, their place in the list from 1. */
  readonly lines: readonly number[];
  /** The report in one sentence. */
  readonly message: string;
}

/** Options of {@link limitLength}. */
export interface LimitOptions {
  /** Most tokens: of both sides, or of each. */
  readonly maxLength: number | { readonly source: number; readonly target: number };
  /** Fewest tokens of both sides; default 0. With 1, pairs with an empty side are left out. */
  readonly minLength?: number | undefined;
  /** The noun of the pairs in the report's message; default `pairs`. */
  readonly what?: string | undefined;
}

/**
 * Leaves out pairs with too many tokens, and reports them.
 *
 * @param pairs - pairs of tokens or of ids, without `<sos>` and `<eos>`
 * @throws HeedError when the limits are not integers with 0 ≤ minLength ≤ maxLength
 */
export function limitLength<
  Pair extends { source: readonly unknown[]; target: readonly unknown[]; line?: number | undefined },
>(
  pairs: readonly Pair[],
  { maxLength, minLength = 0, what = "pairs" }: LimitOptions,
): { pairs: Pair[]; report: LimitReport } {
  const limits = typeof maxLength === "number" ? { source: maxLength, target: maxLength } : maxLength;
  for (const limit of [limits.source, limits.target]) {
    if (Number.isInteger(limit) && Number.isInteger(minLength) && minLength >= 0 && limit >= minLength) continue;
    throw new HeedError(
      `limitLength: expected integers 0 ≤ minLength ≤ maxLength, got minLength ${minLength} and maxLength ${limit}.`,
    );
  }
  const kept: Pair[] = [];
  const lines: number[] = [];
  let tooLong = 0;
  let tooShort = 0;
  for (const [i, pair] of pairs.entries()) {
    const { source, target } = pair;
    if (source.length > limits.source || target.length > limits.target) tooLong++;
    else if (Math.min(source.length, target.length) < minLength) tooShort++;
    else {
      kept.push(pair);
      continue;
    }
    if (lines.length < 10) lines.push(pair.line ?? i + 1);
  }
  const dropped = tooLong + tooShort;
  const beyond =
    limits.source === limits.target
      ? `a side of more than ${limits.source} tokens`
      : `more than ${limits.source} source or ${limits.target} target tokens`;
  const causes = [
    ...(tooLong > 0 ? [`${tooLong} with ${beyond}`] : []),
    ...(tooShort > 0 ? [`${tooShort} with a side of fewer than ${minLength}`] : []),
  ];
  const message =
    dropped === 0
      ? `None of ${pairs.length} ${what} has ${beyond}.`
      : `Left out ${dropped} of ${pairs.length} ${what}: ${causes.join(", ")} (lines ${lines.join(", ")}${dropped > lines.length ? ", …" : ""}).`;
  return { pairs: kept, report: { maxLength: limits, kept: kept.length, dropped, tooLong, tooShort, lines, message } };
}
