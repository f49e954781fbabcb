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
