import {
  type BinaryKernel,
  broadcastStrides,
  bytesPerElement,
  type DType,
  isComparison,
  type Operand,
  type Primitives,
  type Shape,
  sameShape,
  sizeOf,
  type UnaryKernel,
} from "@heed/tensor";
import { collapse, writeAxes } from "../axes.js";
import type { Engine, WasmBuffer } from "../engine.js";
import type { Kernel } from "../instance.js";

/** Elements that are worth waking a thread for. */
const grain = 16_384;
/** A tensor without broadcasting is cut into rows of this length, so that it can be shared out. */
const rowLength = 8_192;

const unaryCodes: Readonly<Record<Exclude<UnaryKernel, "not">, number>> = {
  neg: 0,
  abs: 1,
  sign: 2,
  exp: 3,
  log: 4,
  sqrt: 5,
  tanh: 6,
  sigmoid: 7,
  relu: 8,
  erf: 9,
  log1p: 10,
  sin: 11,
  cos: 12,
  floor: 13,
  round: 14,
};

const binaryCodes: Readonly<Record<BinaryKernel, number>> = {
  add: 0,
  sub: 1,
  mul: 2,
  div: 3,
  maximum: 4,
  minimum: 5,
  pow: 6,
  equal: 0,
  notEqual: 1,
  less: 2,
  lessEqual: 3,
  greater: 4,
  greaterEqual: 5,
  and: 0,
  or: 1,
};

const dtypeCodes: Readonly<Record<DType, number>> = { f32: 0, i32: 1, bool: 2 };

/** The address of an operand. */
export function pointerOf(x: Operand): number {
  return (x.buffer as WasmBuffer).pointer;
}

type Elementwise = Pick<Primitives, "fill" | "uniform" | "cast" | "unary" | "binary" | "where">;

/** Kernels that treat each element alone. */
export function elementwise(engine: Engine): Elementwise {
  const fill = engine.kernel("fill");
  const uniform = engine.kernel("uniform");
  const cast = engine.kernel("cast");
  const unary = engine.kernel("unary");
  const unaryInteger = engine.kernel("unaryInteger");
  const not = engine.kernel("not");
  const select = engine.kernel("select");
  const f32 = engine.kernel("binary");
  const i32 = engine.kernel("binaryInteger");
  const compare = engine.kernel("compare");
  const logic = engine.kernel("logic");
  const bits = new DataView(new ArrayBuffer(4));

  const kernelFor = (name: BinaryKernel, dtype: DType): Kernel => {
    if (isComparison(name)) return compare;
    return dtype === "f32" ? f32 : dtype === "i32" ? i32 : logic;
  };

  return {
    fill(size, value, dtype) {
      const out = engine.buffer(size, dtype);
      if (dtype === "f32") bits.setFloat32(0, value);
      else bits.setInt32(0, dtype === "i32" ? value : value ? 0x01010101 : 0);
      const words = Math.ceil(out.bytes / 4);
      if (words > 0) engine.run(fill, words, 4 * grain, 0, [out.pointer, bits.getInt32(0)]);
      return out;
    },

    uniform(size, seed) {
      const out = engine.buffer(size, "f32");
      if (size > 0) engine.run(uniform, size, grain, 0, [out.pointer, seed | 0]);
      return out;
    },

    cast(x, dtype) {
      const out = engine.buffer(x.buffer.size, dtype);
      const codes = [dtypeCodes[x.dtype], dtypeCodes[dtype]] as const;
      engine.run(cast, out.size, grain, 0, [...codes, pointerOf(x), out.pointer]);
      return out;
    },

    unary(name, x) {
      const out = engine.buffer(x.buffer.size, x.dtype);
      if (name === "not") engine.run(not, out.size, grain, 0, [pointerOf(x), out.pointer]);
      else if (out.size > 0) {
        const kernel = x.dtype === "f32" ? unary : unaryInteger;
        engine.run(kernel, out.size, grain, 0, [unaryCodes[name], pointerOf(x), out.pointer]);
      }
      return out;
    },

    binary(name, a, b, shape) {
      const size = sizeOf(shape);
      const out = engine.buffer(size, isComparison(name) ? "bool" : a.dtype);
      if (size === 0) return out;
      const kernel = kernelFor(name, a.dtype);
      const width = bytesPerElement[a.dtype];
      const head = [binaryCodes[name], pointerOf(a), pointerOf(b), out.pointer];
      const rest = kernel === compare ? [dtypeCodes[a.dtype]] : [];
      const [stepA, stepB] = simpleSteps(a, b, shape);
      if (stepA + stepB > 0) {
        const axes = writeAxes(engine, 0, [1], [rowLength * stepA], [rowLength * stepB], width);
        const rows = Math.ceil(size / rowLength);
        engine.run(kernel, rows, 2, 0, [...head, rowLength, size, stepA, stepB, 1, axes, ...rest]);
        return out;
      }
      if (sameShape(a.shape, shape) && isSuffix(b.shape, shape)) {
        // A row added to many, as a bias is.
        const n = b.buffer.size;
        const axes = writeAxes(engine, 0, [1], [n], [0], width);
        const worth = Math.max(1, Math.ceil(grain / n));
        engine.run(kernel, size / n, worth, 0, [...head, n, size, 1, 1, 1, axes, ...rest]);
        return out;
      }
      const rows = collapse(shape, [broadcastStrides(a.shape, shape), broadcastStrides(b.shape, shape)]);
      const axes = writeAxes(engine, 0, rows.lengths, rows.strides[0]!, rows.strides[1]!, width);
      const worth = Math.max(1, Math.ceil(grain / rows.n));
      const layout = [rows.n, size, rows.steps[0]!, rows.steps[1]!, rows.lengths.length, axes];
      engine.run(kernel, rows.count, worth, 0, [...head, ...layout, ...rest]);
      return out;
    },

    where(condition, a, b, shape) {
      const size = sizeOf(shape);
      const out = engine.buffer(size, a.dtype);
      if (size === 0) return out;
      const width = bytesPerElement[a.dtype];
      const strides = [condition, a, b].map((x) => broadcastStrides(x.shape, shape));
      const rows = collapse(shape, strides);
      const [ofC, ofA, ofB] = rows.strides as [readonly number[], readonly number[], readonly number[]];
      const axesC = writeAxes(engine, 0, rows.lengths, ofC, ofC, 1);
      const axes = writeAxes(engine, 1, rows.lengths, ofA, ofB, width);
      const pointers = [condition, a, b].map(pointerOf);
      const layout = [rows.n, ...rows.steps, rows.lengths.length, axesC, axes];
      const worth = Math.max(1, Math.ceil(grain / rows.n));
      engine.run(select, rows.count, worth, 0, [width, ...pointers, out.pointer, ...layout]);
      return out;
    },
  };
}

/** Steps of 1 or 0 where neither operand is repeated, or one has a single element; else zeros. */
function simpleSteps(a: Operand, b: Operand, shape: Shape): [number, number] {
  const wholeA = sameShape(a.shape, shape);
  const wholeB = sameShape(b.shape, shape);
  if (wholeA && wholeB) return [1, 1];
  if (wholeA && b.buffer.size === 1) return [1, 0];
  if (wholeB && a.buffer.size === 1) return [0, 1];
  return [0, 0];
}

/** Whether a shape is the last axes of another. */
function isSuffix(shape: Shape, whole: Shape): boolean {
  const missing = whole.length - shape.length;
  return missing >= 0 && shape.every((length, axis) => length === whole[missing + axis]);
}
