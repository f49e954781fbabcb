/** Fewer rounds say nothing about growth. */
const FEWEST = 40;

/**
 * Checks that a measure does not grow. The medians of the second and the last quarter are compared, so that warming up and
 * single peaks do not count.
 *
 * @param values - one a round, in bytes
 * @param allowance - growth that is allowed, in bytes
 * @throws when it grows by more
 */
export function flatness(what: string, values: readonly number[], allowance: number): void {
  if (values.length < FEWEST) return;
  const quarter = Math.floor(values.length / 4);
  const [early, late] = [median(values.slice(quarter, 2 * quarter)), median(values.slice(-quarter))];
  if (late - early <= allowance) return;
  throw new Error(
    `${what} grows: expected at most ${allowance} bytes more in the last quarter of ${values.length} rounds than in the second, got ${late - early} (${early}, then ${late})`,
  );
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
