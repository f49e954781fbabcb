import { axisRows } from "./axis-rows.js";
import { elementwiseRows } from "./elementwise-rows.js";
import type { NumericsRow } from "./numerics-rows.js";

/**
 * The table of errors: for each function the largest error, the values at special arguments, and the value of an empty
 * axis. `numericsChecks` enforces it, and docs/numerics.md shows it.
 */
export const numericsRows: readonly NumericsRow[] = [...elementwiseRows, ...axisRows];
