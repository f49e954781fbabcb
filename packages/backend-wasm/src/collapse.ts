import type { Shape } from "@heed/tensor";

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

/** Leaves out axes of length 1, and joins neighbouring axes that every operand walks through in one go. */
export function collapse(shape: Shape, operands: readonly (readonly number[])[]): Rows {
  const lengths: number[] = [];
  const strides: number[][] = operands.map(() => []);
  for (let axis = 0; axis < shape.length; axis++) {
    const length = shape[axis]!;
    if (length === 1) continue;
    const last = lengths.length - 1;
    const joins = last >= 0 && operands.every((own, i) => strides[i]![last] === own[axis]! * length);
    if (joins) {
      lengths[last]! *= length;
      for (let i = 0; i < operands.length; i++) strides[i]![last] = operands[i]![axis]!;
    } else {
      lengths.push(length);
      for (let i = 0; i < operands.length; i++) strides[i]!.push(operands[i]![axis]!);
    }
  }
  const n = lengths.pop() ?? 1;
  const steps = strides.map((own) => own.pop() ?? 1);
  return { n, steps, lengths, strides, count: lengths.reduce((product, length) => product * length, 1) };
}
