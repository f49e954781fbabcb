import { broadcastStrides, type Operand, type Primitives, type Shape, sizeOf, stridesOf } from "@heed/tensor";
import { bufferOf, type GpuBuffer } from "../buffer.js";
import type { Argument, Device } from "../device.js";
import { type Kernel, kernelNamed, type ParameterKind } from "../kernel.js";
import { assertAxes, longestAxis } from "../limits.js";
import { collapse, coordinate, place, strideParameters, walkArguments, walkParameters } from "../strides.js";

/** As many tensors as one kernel joins: WebGPU promises room for seven buffers beside the result. */
const joined = 6;

/** expand, transpose, slice, pad and concat: the same elements at other places. */
export function layout(device: Device): Pick<Primitives, "expand" | "transpose" | "slice" | "pad" | "concat"> {
  /** Copies what lies at `strides` from `offset` on. */
  const copyStrided = (x: Operand, shape: Shape, strides: readonly number[], offset: number): GpuBuffer => {
    const source = bufferOf(x.buffer);
    if (source.constant !== null) return device.fill(sizeOf(shape), source.constant, x.dtype);
    const walk = collapse(shape, [strides]);
    const rank = walk.lengths.length;
    const kernel = kernelNamed(`copy strided, rank ${rank}`, () => ({
      parameters: {
        values: "values",
        offset: "integer",
        ...strideParameters("stride", rank),
        ...walkParameters(rank),
      },
      body: `return values[offset + ${place("stride", rank)}];`,
    }));
    const args = [source, offset, ...walk.strides[0]!, ...walkArguments(walk.lengths)];
    return device.run(kernel, sizeOf(shape), args, x.dtype);
  };

  const concatPair = (xs: readonly Operand[], axis: number, shape: Shape): GpuBuffer => {
    const inner = shape.slice(axis + 1).reduce((product, length) => product * length, 1);
    const widths = xs.map((x) => x.shape[axis]! * inner);
    const kernel = kernelNamed(`concat of ${xs.length}`, () => {
      const parameters: Record<string, ParameterKind> = { total: "integer" };
      let body = "";
      let before = "";
      for (const i of xs.keys()) {
        parameters[`values${i}`] = "values";
        parameters[`width${i}`] = "integer";
        const column = `remainder(this.thread.x, total)${before}`;
        const read = `return values${i}[quotient(this.thread.x, total) * width${i} + ${column}];`;
        body += i === xs.length - 1 ? read : `if (${column} < width${i}) { ${read} } `;
        before += ` - width${i}`;
      }
      return { parameters, body };
    });
    const args: Argument[] = [shape[axis]! * inner, ...xs.flatMap((x, i) => [bufferOf(x.buffer), widths[i]!])];
    return device.run(kernel, sizeOf(shape), args, xs[0]!.dtype);
  };

  const concat = (xs: readonly Operand[], axis: number, shape: Shape): GpuBuffer => {
    const filled = xs.filter((x) => x.buffer.size > 0);
    if (filled.length === 0) return device.fill(0, 0, xs[0]!.dtype);
    if (filled.length === 1) return copyStrided(filled[0]!, shape, stridesOf(shape), 0);
    if (filled.length <= joined) return concatPair(filled, axis, shape);
    const parts: Operand[] = [];
    for (let start = 0; start < filled.length; start += joined) {
      const group = filled.slice(start, start + joined);
      const length = group.reduce((total, x) => total + x.shape[axis]!, 0);
      const part = shape.with(axis, length);
      parts.push({ buffer: concat(group, axis, part), shape: part, dtype: xs[0]!.dtype });
    }
    const out = concat(parts, axis, shape);
    for (const { buffer } of parts) device.free(bufferOf(buffer));
    return out;
  };

  return {
    expand: (x, shape) => copyStrided(x, shape, broadcastStrides(x.shape, shape), 0),

    transpose(x, permutation) {
      const strides = stridesOf(x.shape);
      const shape = permutation.map((axis) => x.shape[axis]!);
      return copyStrided(
        x,
        shape,
        permutation.map((axis) => strides[axis]!),
        0,
      );
    },

    slice(x, starts, shape) {
      const strides = stridesOf(x.shape);
      const offset = starts.reduce((total, start, axis) => total + start * strides[axis]!, 0);
      return copyStrided(x, shape, strides, offset);
    },

    pad(x, starts, shape, value) {
      if (x.buffer.size === 0) return device.fill(sizeOf(shape), value, x.dtype);
      const axes = padded(x.shape, starts, shape);
      assertAxes("pad", axes.lengths);
      const rank = axes.lengths.length;
      const parameters: Record<string, ParameterKind> = { values: "values", value: "number", ...walkParameters(rank) };
      const args: Argument[] = [bufferOf(x.buffer), value, ...walkArguments(axes.lengths)];
      let body = "";
      let from = "";
      for (let axis = 0; axis < rank; axis++) {
        parameters[`start${axis}`] = "integer";
        parameters[`own${axis}`] = "integer";
        args.push(axes.starts[axis]!, axes.own[axis]!);
        body += `const c${axis} = ${coordinate(axis, rank)} - start${axis}; if (c${axis} < 0.0) { return value; } if (c${axis} >= own${axis}) { return value; } `;
        from = axis === 0 ? `at(0, 0, c0)` : `at(${from}, own${axis}, c${axis})`;
      }
      const kernel: Kernel = { name: `pad, rank ${rank}`, parameters, body: `${body} return values[${from}];` };
      return device.run(kernel, sizeOf(shape), args, x.dtype);
    },

    concat,
  };
}

/** The axes of a pad, with neighbours that are not padded joined to one. */
function padded(
  own: Shape,
  starts: readonly number[],
  shape: Shape,
): { lengths: number[]; own: number[]; starts: number[] } {
  const axes: { lengths: number[]; own: number[]; starts: number[] } = { lengths: [], own: [], starts: [] };
  for (const [axis, length] of shape.entries()) {
    const last = axes.lengths.length - 1;
    // An axis that is whole belongs to the block of the one before it, as long as coordinates stay exact.
    if (last >= 0 && own[axis] === length && axes.lengths[last]! * length <= longestAxis) {
      axes.lengths[last]! *= length;
      axes.own[last]! *= length;
      axes.starts[last]! *= length;
      continue;
    }
    axes.lengths.push(length);
    axes.own.push(own[axis]!);
    axes.starts.push(starts[axis]!);
  }
  if (axes.lengths.length === 0) return { lengths: [1], own: [1], starts: [0] };
  return axes;
}
