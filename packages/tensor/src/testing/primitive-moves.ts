import { type Backend, type DType, type Operand, type Shape, sizeOf } from "../index.js";
import {
  allDtypes,
  allPairs,
  allShapes,
  type HostOperand,
  type Operands,
  type PrimitiveCall,
} from "./primitive-cases.js";

const text = (shape: Shape): string => `[${shape.join(", ")}]`;
/** A dtype of four bytes, and one of one byte. */
const widths: readonly DType[] = ["f32", "bool"];
const full = allShapes.filter((shape) => sizeOf(shape) > 0 && shape.length > 0);

function expandCalls(o: Operands): PrimitiveCall[] {
  return widths.flatMap((dtype) =>
    allPairs.flatMap(([a, b, shape]) =>
      [...new Set([a, b])].map((from) => ({
        name: `${dtype} ${text(from)} to ${text(shape)}`,
        inputs: [o.of(dtype, ...from)],
        call: (backend: Backend, [x]: readonly Operand[]) => backend.expand(x!, shape),
      })),
    ),
  );
}

function transposeCalls(o: Operands): PrimitiveCall[] {
  const permutations = [
    ...[
      [1, 0],
      [0, 1],
    ],
    ...[
      [0, 2, 1],
      [2, 1, 0],
      [1, 0, 2],
      [2, 0, 1],
      [1, 2, 0],
    ],
    ...[
      [0, 2, 1, 3],
      [3, 2, 1, 0],
      [0, 1, 3, 2],
      [2, 3, 0, 1],
      [1, 3, 0, 2],
    ],
    ...[
      [4, 2, 0, 1, 3],
      [0, 1, 4, 3, 2],
      [1, 0, 3, 2, 4],
    ],
  ];
  return widths.flatMap((dtype) =>
    allShapes.flatMap((shape) =>
      permutations
        .filter(({ length }) => length === shape.length)
        .map((permutation) => ({
          name: `${dtype} ${text(shape)} by ${text(permutation)}`,
          inputs: [o.of(dtype, ...shape)],
          call: (backend: Backend, [x]: readonly Operand[]) => backend.transpose(x!, permutation),
        })),
    ),
  );
}

/** Blocks at the start, in the middle and at the end of each axis, and one that is empty. */
function sliceCalls(o: Operands): PrimitiveCall[] {
  return widths.flatMap((dtype) =>
    full.flatMap((shape) => {
      const middle = shape.map((length) => Math.floor(length / 3));
      const blocks = [
        [shape.map(() => 0), shape],
        [shape.map(() => 0), shape.map((length) => Math.ceil(length / 2))],
        [middle, shape.map((length, axis) => Math.max(1, length - 2 * middle[axis]!))],
        [shape.map((length) => length - 1), shape.map(() => 1)],
        [middle, shape.map((length, axis) => (axis === shape.length - 1 ? 0 : length - middle[axis]!))],
        [
          shape.map((length, axis) => (axis === 0 ? length - 1 : 0)),
          shape.map((length, axis) => (axis === 0 ? 1 : length)),
        ],
      ] as const;
      return blocks.map(([starts, block]) => ({
        name: `${dtype} ${text(shape)} from ${text(starts)}, ${text(block)}`,
        inputs: [o.of(dtype, ...shape)],
        call: (backend: Backend, [x]: readonly Operand[]) => backend.slice(x!, starts, block),
      }));
    }),
  );
}

function padCalls(o: Operands): PrimitiveCall[] {
  const values: Readonly<Record<DType, number>> = { f32: -1.5, i32: 7, bool: 1 };
  return allDtypes.flatMap((dtype) =>
    allShapes.flatMap((shape) =>
      [0, 1, 5].map((before) => {
        const starts = shape.map((_, axis) => (axis % 2 === 0 ? before : 0));
        const padded = shape.map((length, axis) => starts[axis]! + length + ((before + axis) % 3));
        return {
          name: `${dtype} ${text(shape)} at ${text(starts)} of ${text(padded)}`,
          inputs: [o.of(dtype, ...shape)],
          call: (backend: Backend, [x]: readonly Operand[]) => backend.pad(x!, starts, padded, values[dtype]),
        };
      }),
    ),
  );
}

function concatCalls(o: Operands): PrimitiveCall[] {
  return widths.flatMap((dtype) =>
    full.flatMap((shape) =>
      shape.map((_, axis) => {
        const lengths = [3, 0, 1, 17, 2];
        const parts = lengths.map((length): HostOperand => o.of(dtype, ...shape.with(axis, length)));
        const whole = shape.with(axis, 23);
        return {
          name: `${dtype} ${text(shape)}, ${text(lengths)} along axis ${axis}`,
          inputs: parts,
          call: (backend: Backend, xs: readonly Operand[]) => backend.concat(xs, axis, whole),
        };
      }),
    ),
  );
}

/** Shape of the indices, axis, and the length of that axis in the other tensor. */
const indexed: readonly (readonly [shape: Shape, axis: number, length: number])[] = [
  ...full
    .filter((shape) => shape.length < 5)
    .flatMap((shape) => shape.flatMap((_, axis) => [1, 17, 65].map((length) => [shape, axis, length] as const))),
  [[3, 5], 0, 300],
  [[300, 3], 0, 300],
  [[5, 300], 1, 257],
  [[2, 0], 1, 9],
];

function gatherCalls(o: Operands): PrimitiveCall[] {
  return indexed.flatMap(([shape, axis, length], index) => {
    const dtype = allDtypes[index % 3]!;
    return (["f32", dtype] as const).slice(0, dtype === "f32" ? 1 : 2).map((of) => ({
      name: `${of} ${text(shape.with(axis, length))}, indices ${text(shape)} along axis ${axis}`,
      inputs: [o.of(of, ...shape.with(axis, length)), o.ids(length, ...shape)],
      call: (backend: Backend, [x, indices]: readonly Operand[]) => backend.gather(x!, indices!, axis),
    }));
  });
}

function scatterCalls(o: Operands): PrimitiveCall[] {
  return indexed.flatMap(([shape, axis, length]) => {
    const last: HostOperand = { values: new Int32Array(sizeOf(shape)).fill(length - 1), shape, dtype: "i32" };
    return [o.ids(length, ...shape), ...(length === 17 ? [last] : [])].map((indices, same) => ({
      name: `${text(shape)} along axis ${axis} into ${length}${same ? ", all at the last index" : ""}`,
      inputs: [o.f32(...shape), indices],
      adds: true,
      call: (backend: Backend, [x, ids]: readonly Operand[]) =>
        backend.scatterAdd(x!, ids!, axis, shape.with(axis, length)),
    }));
  });
}

function castCalls(o: Operands): PrimitiveCall[] {
  return allDtypes.flatMap((from) =>
    allDtypes.flatMap((to) =>
      allShapes.map((shape) => ({
        name: `${from} ${text(shape)} to ${to}`,
        inputs: [o.of(from, ...shape)],
        call: (backend: Backend, [x]: readonly Operand[]) => backend.cast(x!, to),
      })),
    ),
  );
}

function makeCalls(): PrimitiveCall[] {
  const sizes = [0, 1, 3, 8, 9, 17, 33, 65, 257, 1031, 5000];
  const values: Readonly<Record<DType, readonly number[]>> = {
    f32: [0, -0.5, 1e30],
    i32: [0, -3, 70_000],
    bool: [0, 1],
  };
  return sizes.flatMap((size) => [
    ...allDtypes.flatMap((dtype) =>
      values[dtype].map((value) => ({
        name: `fill of ${size} ${dtype} with ${value}`,
        inputs: [],
        call: (backend: Backend) => backend.fill(size, value, dtype),
      })),
    ),
    ...[0, 1, 42, 2 ** 31, 4_000_000_007, 2 ** 32 - 1].map((seed) => ({
      name: `uniform of ${size} with seed ${seed}`,
      inputs: [],
      call: (backend: Backend) => backend.uniform(size, seed),
    })),
  ]);
}

/** Values that a copy must not change. */
export function nonFiniteCalls(o: Operands): PrimitiveCall[] {
  const values = Float32Array.from({ length: 68 }, (_, i) => [Number.NaN, Infinity, -Infinity, 1.5][i % 4]!);
  const x: HostOperand = { values, shape: [4, 17], dtype: "f32" };
  const indices = o.ids(17, 4, 17);
  const condition = o.bool(4, 17);
  const calls: Readonly<Record<string, [readonly HostOperand[], PrimitiveCall["call"]]>> = {
    slice: [[x], (backend, [x]) => backend.slice(x!, [1, 2], [3, 15])],
    pad: [[x], (backend, [x]) => backend.pad(x!, [1, 1], [6, 19], 0)],
    concat: [[x, x], (backend, xs) => backend.concat(xs, 1, [4, 34])],
    transpose: [[x], (backend, [x]) => backend.transpose(x!, [1, 0])],
    expand: [[x], (backend, [x]) => backend.expand(x!, [3, 4, 17])],
    gather: [[x, indices], (backend, [x, ids]) => backend.gather(x!, ids!, 1)],
    where: [[condition, x, x], (backend, [c, x, y]) => backend.where(c!, x!, y!, [4, 17])],
    equal: [[x, x], (backend, [x, y]) => backend.binary("equal", x!, y!, [4, 17])],
    less: [[x, x], (backend, [x, y]) => backend.binary("less", x!, y!, [4, 17])],
    add: [[x, x], (backend, [x, y]) => backend.binary("add", x!, y!, [4, 17])],
    mul: [[x, x], (backend, [x, y]) => backend.binary("mul", x!, y!, [4, 17])],
    relu: [[x], (backend, [x]) => backend.unary("abs", x!)],
    sum: [[x], (backend, [x]) => backend.reduce("sum", x!, [0])],
    max: [[x], (backend, [x]) => backend.reduce("max", x!, [0])],
  };
  return Object.entries(calls).map(([name, [inputs, call]]) => ({ name, inputs, call }));
}

/** One call of most kernels on 70,001 elements, more than one block of threads; and calls of other kinds, once each. */
export function largeCalls(o: Operands): PrimitiveCall[] {
  const [n, half] = [70_001, 35_000];
  const [x, y, wide] = [o.f32(n), o.f32(n), o.f32(257, 300)];
  const ids = o.ids(n, n);
  const calls: Readonly<Record<string, [readonly HostOperand[], PrimitiveCall["call"]]>> = {
    exp: [[x], (backend, [a]) => backend.unary("exp", a!)],
    add: [[x, y], (backend, [a, b]) => backend.binary("add", a!, b!, [n])],
    less: [[x, y], (backend, [a, b]) => backend.binary("less", a!, b!, [n])],
    where: [[o.bool(n), x, y], (backend, [c, a, b]) => backend.where(c!, a!, b!, [n])],
    slice: [[x], (backend, [a]) => backend.slice(a!, [half], [n - half])],
    pad: [[x], (backend, [a]) => backend.pad(a!, [3], [n + 5], 2)],
    concat: [[x, y], (backend, both) => backend.concat(both, 0, [2 * n])],
    transpose: [[wide], (backend, [a]) => backend.transpose(a!, [1, 0])],
    expand: [[o.f32(257, 1)], (backend, [a]) => backend.expand(a!, [257, 300])],
    max: [[wide], (backend, [a]) => backend.reduce("max", a!, [1])],
    sum: [[wide], (backend, [a]) => backend.reduce("sum", a!, [0])],
    argmax: [[wide], (backend, [a]) => backend.argmax(a!, 1)],
    gather: [[x, ids], (backend, [a, indices]) => backend.gather(a!, indices!, 0)],
    // Into few places: a graphics card may visit every index for each of them.
    scatterAdd: [[x, o.ids(5, n)], (backend, [a, indices]) => backend.scatterAdd(a!, indices!, 0, [5])],
    cast: [[x], (backend, [a]) => backend.cast(a!, "i32")],
    fill: [[], (backend) => backend.fill(n, 1.5, "f32")],
    uniform: [[], (backend) => backend.uniform(n, 5)],
    "mul of one operand with itself": [[wide], (backend, [a]) => backend.binary("mul", a!, a!, [257, 300])],
    "add of [3, 1, 7] and [3, 9, 7]": [
      [o.f32(3, 1, 7), o.f32(3, 9, 7)],
      (backend, [a, b]) => backend.binary("add", a!, b!, [3, 9, 7]),
    ],
    "concat of 12 parts": [
      Array.from({ length: 12 }, () => o.f32(3, 5)),
      (backend, parts) => backend.concat(parts, 1, [3, 60]),
    ],
  };
  return Object.entries(calls).map(([name, [inputs, call]]) => {
    const adds = name === "sum" || name === "scatterAdd";
    return { name: `${name} of many elements`, inputs, call, adds };
  });
}

/** Calls of the kernels that move values or make them, by kernel. */
export const moves: Readonly<Record<string, (operands: Operands) => PrimitiveCall[]>> = {
  expand: expandCalls,
  transpose: transposeCalls,
  slice: sliceCalls,
  pad: padCalls,
  concat: concatCalls,
  gather: gatherCalls,
  scatterAdd: scatterCalls,
  cast: castCalls,
  "fill and uniform": makeCalls,
};
