/** What a list of measurements comes to. */
export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** First and third quartile, linear between the two nearest (Hyndman and Fan's type 7). */
  readonly q1: number;
  readonly q3: number;
  readonly samples: readonly number[];
}

/** @throws RangeError when there is no sample, or one is no number */
export function summarize(samples: readonly number[]): Summary {
  if (samples.length === 0 || samples.some(Number.isNaN)) {
    throw new RangeError(`summarize needs at least one number, and nothing else; got [${samples.join(", ")}].`);
  }
  const sorted = [...samples].sort((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    min: sorted[0]!,
    max: sorted.at(-1)!,
    q1: quantile(sorted, 0.25),
    q3: quantile(sorted, 0.75),
    samples,
  };
}

/** Half the distance between the extremes, as a share of the median: the ± of a table. */
export function spread({ median, min, max }: Summary): number {
  return median === 0 ? 0 : (max - min) / 2 / median;
}

/** The middle of a list. */
export function median(samples: readonly number[]): number {
  return summarize(samples).median;
}

function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const low = Math.floor(place);
  const [a, b] = [sorted[low]!, sorted[Math.min(low + 1, sorted.length - 1)]!];
  return a + (place - low) * (b - a);
}
