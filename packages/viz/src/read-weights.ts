import { FigureError } from "./figure-error.js";

/** Rounding noise of 32-bit softmax: a weight this far outside [0, 1] is taken for 0 or 1. */
const TOLERANCE = 1e-5;

/** What the rows and columns of a map of weights are called in messages. */
export interface Sides {
  readonly rows: string;
  readonly columns: string;
}

const TARGET_BY_SOURCE: Sides = { rows: "target", columns: "source" };

/**
 * Copies weights `[rows, columns]`, each in [0, 1].
 *
 * @throws FigureError, which begins with `where`, when there is no token, when a number of weights differs from that of
 *   the tokens, or when a weight is not a number in [0, 1].
 */
export function readWeights(
  where: string,
  weights: ArrayLike<ArrayLike<number>>,
  columns: readonly string[],
  rows: readonly string[],
  sides = TARGET_BY_SOURCE,
): number[][] {
  if (columns.length === 0 || rows.length === 0) {
    throw new FigureError(
      `${where}: expected at least one ${sides.columns} and one ${sides.rows} token, got ${columns.length} ${sides.columns} and ${rows.length} ${sides.rows} tokens.`,
    );
  }
  if (weights.length !== rows.length) {
    throw new FigureError(
      `${where}: weights must have one row for each ${sides.rows} token: expected ${rows.length} rows, got ${weights.length}.`,
    );
  }
  return Array.from(weights, (row, i) => {
    if (row.length !== columns.length) {
      throw new FigureError(
        `${where}: weights row ${i} (${sides.rows} "${rows[i]}") must have one weight for each ${sides.columns} token: expected ${columns.length}, got ${row.length}.`,
      );
    }
    return Array.from(row, (weight, j) => {
      if (!(weight >= -TOLERANCE && weight <= 1 + TOLERANCE)) {
        throw new FigureError(
          `${where}: weights row ${i} (${sides.rows} "${rows[i]}"), column ${j} (${sides.columns} "${columns[j]}"): expected a number in [0, 1], got ${weight}.`,
        );
      }
      return Math.min(1, Math.max(0, weight));
    });
  });
}

/**
 * The weight that gets the last colour: the one given, or the largest there is.
 *
 * @throws FigureError when it is not in (0, 1], or below the largest weight.
 */
export function readColorMax(where: string, colorMax: number | "data", rows: readonly (readonly number[])[]): number {
  const largest = rows.reduce((max, row) => row.reduce((a, b) => Math.max(a, b), max), 0);
  if (colorMax === "data") return largest > 0 ? largest : 1; // all weights 0: any scale shows them the same
  if (!(colorMax > 0 && colorMax <= 1)) {
    throw new FigureError(`${where}: colorMax must be "data" or a number in (0, 1], got ${colorMax}.`);
  }
  if (largest > colorMax) {
    throw new FigureError(
      `${where}: colorMax is ${colorMax}, but the largest weight is ${largest}: raise colorMax, or give "data".`,
    );
  }
  return colorMax;
}
