import {
  broadcastStrides,
  bytesPerElement,
  type Operand,
  type Primitives,
  type Shape,
  sizeOf,
  stridesOf,
} from "@heed/tensor";
import { collapse, writeAxes } from "../axes.js";
import type { Engine, WasmBuffer } from "../engine.js";
import { pointerOf } from "./elementwise.js";

/** Elements that are worth waking a thread for: copies are bound by memory, which threads share. */
const grain = 65_536;

type Layout = Pick<Primitives, "expand" | "transpose" | "slice" | "pad" | "concat">;

/** Kernels that only move elements. */
export function layout(engine: Engine, fill: Primitives["fill"]): Layout {
  const copyRows = engine.kernel("copyRows");
  const transposeMatrices = engine.kernel("transposeMatrices");

  /** Copies what lies at `from` strides of x, from element `start` on, to `to` strides of out, from element `target` on. */
  const copy = (
    x: Operand,
    out: WasmBuffer,
    shape: Shape,
    from: readonly number[],
    to: readonly number[],
    start: number,
    target: number,
  ): void => {
    if (sizeOf(shape) === 0) return;
    const width = bytesPerElement[x.dtype];
    let rows = collapse(shape, [from, to]);
    // A row of the result is contiguous; where collapsing left none, each element is a row.
    if (rows.steps[1] !== 1) {
      const [lengths, strides] = [[...rows.lengths, rows.n], rows.strides.map((own, i) => [...own, rows.steps[i]!])];
      rows = { n: 1, steps: [1, 1], lengths, strides, count: rows.count * rows.n };
    }
    const axes = writeAxes(engine, 0, rows.lengths, rows.strides[0]!, rows.strides[1]!, width);
    const addresses = [pointerOf(x) + start * width, out.pointer + target * width];
    const worth = Math.max(1, Math.ceil(grain / rows.n));
    const args = [width, ...addresses, rows.n, rows.steps[0]!, rows.lengths.length, axes];
    engine.run(copyRows, rows.count, worth, 0, args);
  };

  const place = (x: Operand, out: WasmBuffer, shape: Shape, starts: readonly number[]): void => {
    const strides = stridesOf(shape);
    copy(x, out, x.shape, stridesOf(x.shape), strides, 0, offsetOf(starts, strides));
  };

  return {
    expand(x, shape) {
      const out = engine.buffer(sizeOf(shape), x.dtype);
      copy(x, out, shape, broadcastStrides(x.shape, shape), stridesOf(shape), 0, 0);
      return out;
    },

    transpose(x, permutation) {
      const out = engine.buffer(x.buffer.size, x.dtype);
      const shape = permutation.map((axis) => x.shape[axis]!);
      const own = stridesOf(x.shape);
      const from = permutation.map((axis) => own[axis]!);
      const rows = collapse(shape, [from, stridesOf(shape)]);
      const [outer = 0] = rows.lengths.slice(-1);
      const matrices =
        rows.lengths.length === 1 || (rows.lengths.length === 2 && rows.strides[0]![0] === outer * rows.n);
      if (matrices && rows.strides[0]!.at(-1) === 1 && rows.steps[0] === outer && bytesPerElement[x.dtype] === 4) {
        const count = rows.lengths.length === 1 ? 1 : rows.lengths[0]!;
        const worth = Math.max(1, Math.ceil(grain / (outer * rows.n)));
        // [n, outer] as stored becomes [outer, n].
        engine.run(transposeMatrices, count, worth, 0, [pointerOf(x), out.pointer, rows.n, outer]);
      } else {
        copy(x, out, shape, from, stridesOf(shape), 0, 0);
      }
      return out;
    },

    slice(x, starts, shape) {
      const out = engine.buffer(sizeOf(shape), x.dtype);
      const strides = stridesOf(x.shape);
      copy(x, out, shape, strides, stridesOf(shape), offsetOf(starts, strides), 0);
      return out;
    },

    pad(x, starts, shape, value) {
      const out = fill(sizeOf(shape), value, x.dtype) as WasmBuffer;
      place(x, out, shape, starts);
      return out;
    },

    concat(xs, axis, shape) {
      const out = engine.buffer(sizeOf(shape), xs[0]!.dtype);
      const starts = shape.map(() => 0);
      for (const x of xs) {
        place(x, out, shape, starts);
        starts[axis]! += x.shape[axis]!;
      }
      return out;
    },
  };
}

function offsetOf(starts: readonly number[], strides: readonly number[]): number {
  let offset = 0;
  for (let axis = 0; axis < starts.length; axis++) offset += starts[axis]! * strides[axis]!;
  return offset;
}
