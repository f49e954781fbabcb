import { bytesPerElement, type FusedKernel, fuse, type Operand, stack, unstack } from "@heed/tensor";
import { writeAxes } from "../axes.js";
import { addressOf, make, makeZeros, type Toolbox } from "./toolbox.js";

/** stack and unstack without a tensor for each step in between. */
export function unstacking(box: Toolbox): FusedKernel[] {
  const { engine } = box;
  const copyRows = engine.kernel("copyRows");

  /** Copies between entry `index` along the axis of a whole [outer, count, inner] and a tensor [outer, inner]. */
  const exchange = (whole: Operand, axis: number, index: number, entry: Operand, into: "whole" | "entry"): void => {
    const { outer, count, inner } = blocks(whole, axis);
    if (outer * inner === 0) return;
    const width = bytesPerElement[whole.dtype];
    const place = addressOf(whole) + index * inner * width;
    const [far, near] = [[count * inner], [inner]] as const;
    const axes = writeAxes(engine, 0, [outer], into === "entry" ? far : near, into === "entry" ? near : far, width);
    const ends = into === "entry" ? [place, addressOf(entry)] : [addressOf(entry), place];
    copyRows.call(0, outer, 0, width, ...ends, inner, 1, 1, axes);
  };

  const split = (x: Operand, axis: number): Operand[] => {
    const shape = x.shape.toSpliced(axis, 1);
    return Array.from({ length: x.shape[axis]! }, (_, index) => {
      const entry = make(box, shape, x.dtype);
      exchange(x, axis, index, entry, "entry");
      return entry;
    });
  };

  return [
    fuse(unstack, {
      accepts: ([x], { axis }) => Number.isInteger(axis) && axis < x.shape.length && axis >= -x.shape.length,
      forward: ([x], { axis }) => ({ outputs: split(x, fromFront(axis, x.shape.length)) }),
      vjp({ inputs: [x], cotangents, params: { axis } }) {
        const complete = cotangents.every((cotangent) => cotangent !== null);
        const out = complete ? make(box, x.shape) : makeZeros(box, x.shape);
        cotangents.forEach((cotangent, index) => {
          if (cotangent) exchange(out, fromFront(axis, x.shape.length), index, cotangent, "whole");
        });
        return [out];
      },
    }),

    fuse(stack, {
      accepts: (xs, { axis }) => {
        const first = xs[0];
        if (!first || !Number.isInteger(axis) || axis > first.shape.length || axis < -first.shape.length - 1)
          return false;
        return xs.every((x) => x.dtype === first.dtype && x.shape.join() === first.shape.join());
      },
      forward(xs, { axis }) {
        const position = fromFront(axis, xs[0]!.shape.length + 1);
        const out = make(box, xs[0]!.shape.toSpliced(position, 0, xs.length), xs[0]!.dtype);
        xs.forEach((x, index) => {
          exchange(out, position, index, x, "whole");
        });
        return { outputs: [out] };
      },
      vjp({ inputs, cotangents: [g], params: { axis }, needs }) {
        const position = fromFront(axis, inputs[0]!.shape.length + 1);
        return inputs.map((x, index) => {
          if (!needs[index]) return null;
          const entry = make(box, x.shape);
          exchange(g!, position, index, entry, "entry");
          return entry;
        });
      },
    }),
  ];
}

function fromFront(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

function blocks(x: Operand, axis: number): { outer: number; count: number; inner: number } {
  const product = (lengths: readonly number[]): number => lengths.reduce((total, length) => total * length, 1);
  return { outer: product(x.shape.slice(0, axis)), count: x.shape[axis]!, inner: product(x.shape.slice(axis + 1)) };
}
