import { joinAxes, type Shape } from "@heed/tensor";
import type { Engine } from "./engine.js";

/** Most axes that a kernel can be told about. */
const mostAxes = 32;

/**
 * Tells kernels how to go from row to row: for each outer axis its length, and the distance in bytes in two operands.
 *
 * @param slot - 0, or 1 for a second list that must stand at the same time
 * @returns the address of the list
 */
export function writeAxes(
  engine: Engine,
  slot: 0 | 1,
  lengths: readonly number[],
  stridesA: readonly number[],
  stridesB: readonly number[],
  width: number,
): number {
  const address = engine.axes + slot * mostAxes * 12;
  const memory = engine.i32;
  let at = address >>> 2;
  for (let axis = 0; axis < lengths.length; axis++) {
    memory[at++] = lengths[axis]!;
    memory[at++] = stridesA[axis]! * width;
    memory[at++] = stridesB[axis]! * width;
  }
  return address;
}

/** A tensor of rows: `n` neighbours along the inner axis, and the outer axes that lead from row to row. */
export interface Rows {
  readonly n: number;
  /** Distance between neighbours of a row in each operand, in elements. */
  readonly steps: readonly number[];
  /** Lengths of the outer axes, outermost first. */
  readonly lengths: readonly number[];
  /** Distances between neighbours along each outer axis in each operand, in elements. */
  readonly strides: readonly (readonly number[])[];
  /** How many rows there are. */
  readonly count: number;
}

/** Joins axes, and sets the innermost apart as the row. */
export function collapse(shape: Shape, operands: readonly (readonly number[])[]): Rows {
  const { lengths, strides } = joinAxes(shape, operands);
  const n = lengths.pop() ?? 1;
  const steps = strides.map((own) => own.pop() ?? 1);
  return { n, steps, lengths, strides, count: lengths.reduce((product, length) => product * length, 1) };
}
