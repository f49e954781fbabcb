import { shownArgument } from "@heed/core";
import { DTypeError, ShapeError } from "./errors.js";
import { slice } from "./ops/slice.op.js";
import { squeeze } from "./ops/squeeze.op.js";
import { formatShape } from "./shape.js";
import type { Tensor } from "./tensor.js";

/**
 * What to select of one axis: a position, which removes the axis; a range `[start, end, step]`, whose parts may be left out
 * or null; or null, which selects all. Negative positions count from the end.
 */
export type AxisIndex = number | null | readonly [start?: number | null, end?: number | null, step?: number | null];

/** Selects along the first axes, one index for each. Axes without an index stay whole. */
export function selectAxes(x: Tensor, indices: readonly AxisIndex[]): Tensor {
  if (indices.length > x.shape.length) {
    throw new ShapeError(
      `at: expected at most ${x.shape.length} indices for ${formatShape(x.shape)}, got ${indices.length}.`,
    );
  }
  let selected = x;
  let axis = 0;
  for (const index of indices) {
    if (typeof index === "number") {
      const end = index === -1 ? {} : { end: index + 1 };
      selected = squeeze(slice(selected, { axis, start: index, ...end }), { axis });
      continue;
    }
    if (index !== null) {
      if (!Array.isArray(index) || index.length > 3) {
        throw new DTypeError(
          `at: an index must be a position, a range [start, end, step] or null, got ${shownArgument(index)}.`,
        );
      }
      const [start, end, step] = index as readonly (number | null | undefined)[];
      const options = { start: start ?? undefined, end: end ?? undefined, step: step ?? undefined };
      selected = slice(selected, { axis, ...(options as { start?: number; end?: number; step?: number }) });
    }
    axis++;
  }
  return selected;
}
