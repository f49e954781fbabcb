import { HeedError } from "@heed/core";
/** What {@link limitLength} left out. */
export interface LimitReport {
  readonly maxLength: number;
  readonly kept: number;
  /** pairs left out because a side is longer than maxLength or shorter than minLength */
  readonly dropped: number;
  /** of those, the ones with a side that is too long */
  readonly tooLong: number;
  /** of those, the ones with a side that is too short, and none too long */
  readonly tooShort: number;
  /** the first ten left out: their line, or where they come from no file, their place in the list from 1 */
  readonly lines: readonly number[];
  /** all that in one sentence */
  readonly message: string;
}

/**
 * Leaves out pairs with a side of more than `maxLength` tokens, and reports them.
 *
 * @param pairs - pairs of tokens or of ids, without `<sos>` and `<eos>`
 * @param options - `maxLength`: tokens a side, at most; `minLength`: at least, default 0 (1 leaves out empty sides)
 * @throws HeedError where the limits are not whole numbers in order
 */
export function limitLength<
  Pair extends { source: readonly unknown[]; target: readonly unknown[]; line?: number | undefined },
>(
  pairs: readonly Pair[],
  { maxLength, minLength = 0 }: { maxLength: number; minLength?: number | undefined },
): { pairs: Pair[]; report: LimitReport } {
  if (!Number.isInteger(maxLength) || !Number.isInteger(minLength) || minLength < 0 || maxLength < minLength) {
    throw new HeedError(
      `limitLength: whole numbers 0 ≤ minLength ≤ maxLength were expected; got minLength ${minLength} and maxLength ${maxLength}.`,
    );
  }
  const kept: Pair[] = [];
  const lines: number[] = [];
  let tooLong = 0;
  let tooShort = 0;
  for (const [i, pair] of pairs.entries()) {
    const lengths = [pair.source.length, pair.target.length];
    if (Math.max(...lengths) > maxLength) tooLong++;
    else if (Math.min(...lengths) < minLength) tooShort++;
    else {
      kept.push(pair);
      continue;
    }
    if (lines.length < 10) lines.push(pair.line ?? i + 1);
  }
  const dropped = tooLong + tooShort;
  const causes = [
    ...(tooLong > 0 ? [`${tooLong} with a side of more than ${maxLength} tokens`] : []),
    ...(tooShort > 0 ? [`${tooShort} with a side of fewer than ${minLength}`] : []),
  ];
  const message =
    dropped === 0
      ? `All ${pairs.length} pairs are within the limit of ${maxLength} tokens.`
      : `Left out ${dropped} of ${pairs.length} pairs: ${causes.join(", ")} (lines ${lines.join(", ")}${dropped > lines.length ? ", …" : ""}).`;
  return { pairs: kept, report: { maxLength, kept: kept.length, dropped, tooLong, tooShort, lines, message } };
}
