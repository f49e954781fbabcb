import { quantile } from "d3-array";

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
  const at = (share: number): number => quantile(samples, share)!;
  return { median: at(0.5), min: at(0), max: at(1), q1: at(0.25), q3: at(0.75), samples };
}

/** Half the distance between the extremes, as a share of the median: the ± of a table. */
export function spread({ median, min, max }: Summary): number {
  return median === 0 ? 0 : (max - min) / 2 / median;
}
