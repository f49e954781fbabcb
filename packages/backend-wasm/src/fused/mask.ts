import { broadcastStrides, type Operand } from "@heed/tensor";
import { collapse, writeAxes } from "../axes.js";
import type { Engine } from "../engine.js";
import { addressOf } from "./toolbox.js";

/**
 * What kernels over the rows of x are told of a mask: its address, the step along a row, and how many axes lead from row
 * to row, and where they are described.
 */
export function maskArguments(engine: Engine, mask: Operand, x: Operand): readonly number[] {
  const strides = broadcastStrides(mask.shape, x.shape);
  const step = strides.at(-1) ?? 0;
  const outer = collapse([...x.shape.slice(0, -1), 1], [[...strides.slice(0, -1), 0]]);
  // The axis that collapse() sets apart as the row is an outer one here.
  const lengths = [...outer.lengths, outer.n];
  const distances = [...outer.strides[0]!, outer.n === 1 ? 0 : outer.steps[0]!];
  return [addressOf(mask), step, lengths.length, writeAxes(engine, 0, lengths, distances, distances, 1)];
}
