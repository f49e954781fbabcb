import { tensor } from "../create.js";
import { ShapeError } from "../errors.js";
import type { Op } from "../op.js";
import { primitive } from "../primitive.js";
import { formatShape, normalizeAxis, type Shape } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { expand } from "./expand.op.js";
import { pad } from "./pad.op.js";
import { scatterAdd } from "./scatter-add.op.js";

/** Which entries of one axis to select. Negative positions count from the end: −1 is the last entry. */
export interface SliceOptions {
  readonly axis: number;
  /** The first entry; by default the first of the axis, or with a negative step the last. */
  readonly start?: number;
  /** The entry behind the last one selected; by default the selection reaches to the end of the axis, or its start. */
  readonly end?: number;
  /** Distance between two entries, by default 1; a negative step goes backwards. */
  readonly step?: number;
}

/**
 * The entries `start`, `start + step`, … of one axis, up to but without `end`: NumPy's `x[start:end:step]`. The axis stays,
 * also with one entry. Positions outside of the axis are errors, where NumPy shortens the range.
 *
 * - `x` - `[..., n, ...]`; returns `[..., count, ...]`
 *
 * @throws ShapeError when a position lies outside of the axis, `end` lies before `start`, or `step` is 0
 * @example
 * slice(x, { axis: 1, start: -3 }); // x[:, -3:]
 * slice(x, { axis: 0, start: 1, end: -1, step: 2 }); // x[1:-1:2]
 * slice(x, { axis: -1, step: -1 }); // x[..., ::-1]
 */
export const slice: Op<[x: Tensor], SliceOptions> = primitive({
  name: "slice",
  inputs: ["x"],
  options: { axis: "integer", "start?": "integer", "end?": "integer", "step?": "integer" },
  shapes: "... -> ...",
  samples: [
    { args: ({ randn }) => [randn(4, 5)], params: { axis: 0, start: 1, end: 3 } },
    { label: "last axis", args: ({ randn }) => [randn(2, 3, 6)], params: { axis: -1, start: 2 } },
    { label: "middle axis", args: ({ randn }) => [randn(2, 5, 3)], params: { axis: 1, start: 2, end: 3 } },
    { label: "from the end", args: ({ randn }) => [randn(2, 6)], params: { axis: 1, start: -4, end: -1 } },
    { label: "step", args: ({ randn }) => [randn(3, 7)], params: { axis: 1, start: 1, step: 3 } },
    { label: "backwards", args: ({ randn }) => [randn(5, 2)], params: { axis: 0, step: -1 } },
    {
      label: "backwards by 2",
      args: ({ randn }) => [randn(2, 7, 2)],
      params: { axis: 1, start: -2, end: 1, step: -2 },
    },
    { label: "bool by 2", args: ({ mask }) => [mask(3, 5)], params: { axis: 1, step: 2 } },
  ],
  output: (options, x) => {
    const { axis, count } = extent(x, options);
    return { shape: x.shape.with(axis, count), dtype: x.dtype };
  },
  forward: (backend, spec, options, x) => {
    const range = extent(x, options);
    const { axis, start, step } = range;
    if (step === 1) {
      const starts = x.shape.map((_, i) => (i === axis ? start : 0));
      return backend.slice(x, starts, spec.shape);
    }
    const list = backend.upload(positions(range), "i32");
    const along = { buffer: list, shape: alongAxis(spec.shape, axis), dtype: "i32" } as const;
    const indices = { buffer: backend.expand(along, spec.shape), shape: spec.shape, dtype: "i32" } as const;
    const selected = backend.gather(x, indices, axis);
    backend.free(list);
    backend.free(indices.buffer);
    return selected;
  },
  vjp: ({ cotangent, inputs: [x], params }) => {
    const range = extent(x, params);
    const { axis, start, step, count } = range;
    const size = x.shape[axis]!;
    if (step === 1) return pad(cotangent, { axis, before: start, after: size - start - count });
    const list = tensor(positions(range), { shape: alongAxis(cotangent.shape, axis), backend: x.backend });
    return scatterAdd(cotangent, expand(list, { shape: cotangent.shape }), { axis, size });
  },
});

interface Range {
  readonly axis: number;
  readonly start: number;
  readonly step: number;
  /** How many entries. */
  readonly count: number;
}

function extent(x: Tensor, { axis: given, start, end, step = 1 }: SliceOptions): Range {
  const axis = normalizeAxis("slice", given, x.shape.length);
  if (step === 0) throw new ShapeError("slice: step must be an integer other than 0, got 0.");
  const length = x.shape[axis]!;
  const fromFront = (position: number): number => (position < 0 ? position + length : position);
  const first = start === undefined ? (step > 0 ? 0 : length - 1) : fromFront(start);
  const last = end === undefined ? (step > 0 ? length : -1) : fromFront(end);
  const count = Math.ceil((last - first) / step) + 0; // never −0
  const startInside = start === undefined || (first >= 0 && first < length) || (first === length && count === 0);
  const endInside = end === undefined || (last >= 0 && last <= length);
  if (!startInside || !endInside || count < 0) {
    throw new ShapeError(
      `slice: ${start ?? "the start"} … ${end ?? "the end"}${step === 1 ? "" : ` by ${step}`} is outside of axis ${given} of ${formatShape(x.shape)}.`,
    );
  }
  // One entry, or none, is a block whatever the step.
  return { axis, start: Math.max(0, first), step: count <= 1 ? 1 : step, count };
}

function positions({ start, step, count }: Range): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => start + i * step);
}

/** A shape in which a list lies along one axis, and repeats along the others. */
function alongAxis(shape: Shape, axis: number): Shape {
  return shape.map((length, i) => (i === axis ? length : 1));
}
