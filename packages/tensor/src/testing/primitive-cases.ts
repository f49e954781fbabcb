import { Random } from "@heed/core";
import {
  type Backend,
  type BinaryKernel,
  type DeviceBuffer,
  type DType,
  type Operand,
  type Shape,
  sizeOf,
  type TensorData,
  type UnaryKernel,
} from "../index.js";

/** Values of an operand on the host. */
export interface HostOperand {
  readonly values: TensorData;
  readonly shape: Shape;
  readonly dtype: DType;
}

/** One call of a kernel, whose result must be the reference's. */
export interface PrimitiveCall {
  /** Sizes and options: `"[3, 17] by [17, 5]"`. */
  readonly name: string;
  readonly inputs: readonly HostOperand[];
  readonly call: (backend: Backend, inputs: readonly Operand[]) => DeviceBuffer;
  /** Adds up many products or values: the rounding error grows with the sum of their magnitudes, not with the result. */
  readonly adds?: boolean;
}

/** Makes operands from a seed, so that every backend sees the same values. */
export class Operands {
  readonly #random: Random;

  /** @param check - the name of a check, which is its seed: what other checks draw does not matter */
  constructor(check: string) {
    this.#random = new Random([...check].reduce((seed, letter) => (seed * 31 + letter.charCodeAt(0)) % 2 ** 32, 21));
  }

  /** f32 values around 0; away from whole numbers, where `floor` and `round` jump. */
  f32(...shape: number[]): HostOperand {
    const values = Float32Array.from({ length: sizeOf(shape) }, () => {
      const value = this.#random.normal() * 2;
      return Math.abs(value * 2 - Math.round(value * 2)) < 0.02 ? value + 0.1 : value;
    });
    return { values, shape, dtype: "f32" };
  }

  /** f32 values in [0.5, 2). */
  positive(...shape: number[]): HostOperand {
    const values = Float32Array.from({ length: sizeOf(shape) }, () => 0.5 + 1.5 * this.#random.uniform());
    return { values, shape, dtype: "f32" };
  }

  /** Small whole numbers in f32, many of them equal. */
  ties(...shape: number[]): HostOperand {
    const values = Float32Array.from({ length: sizeOf(shape) }, () => this.#random.integer(0, 4));
    return { values, shape, dtype: "f32" };
  }

  i32(...shape: number[]): HostOperand {
    const values = Int32Array.from({ length: sizeOf(shape) }, () => this.#random.integer(-90, 90) || 7);
    return { values, shape, dtype: "i32" };
  }

  bool(...shape: number[]): HostOperand {
    const values = Uint8Array.from({ length: sizeOf(shape) }, () => this.#random.integer(0, 2));
    return { values, shape, dtype: "bool" };
  }

  /** Indices in [0, limit), with duplicates. */
  ids(limit: number, ...shape: number[]): HostOperand {
    const values = Int32Array.from({ length: sizeOf(shape) }, () => this.#random.integer(0, limit));
    return { values, shape, dtype: "i32" };
  }

  of(dtype: DType, ...shape: number[]): HostOperand {
    if (dtype === "f32") return this.f32(...shape);
    return dtype === "i32" ? this.i32(...shape) : this.bool(...shape);
  }
}

const dtypes: readonly DType[] = ["f32", "i32", "bool"];

/** Empty, single, around the widths of vectors (4, 8, 16), of blocks (64, 256), and of more axes. */
const shapes: readonly Shape[] = [
  [],
  [0],
  [1],
  [3],
  [8],
  [9],
  [17],
  [33],
  [65],
  [257],
  [1031],
  [3, 0, 2],
  [3, 5],
  [17, 3],
  [2, 65],
  [65, 2],
  [1, 300],
  [300, 1],
  [7, 129],
  [3, 17, 2],
  [4, 1, 9],
  [5, 9, 33],
  [3, 1, 7, 17],
  [2, 3, 2, 3, 5],
];

/** Pairs of shapes that broadcast to the third. */
const pairs: readonly (readonly [Shape, Shape, Shape])[] = [
  ...shapes.map((shape) => [shape, shape, shape] as const),
  [[], [257], [257]],
  [[33, 5], [], [33, 5]],
  [
    [17, 1],
    [1, 19],
    [17, 19],
  ],
  [[65], [3, 65], [3, 65]],
  [
    [3, 65],
    [3, 1],
    [3, 65],
  ],
  [
    [2, 1, 9],
    [5, 1],
    [2, 5, 9],
  ],
  [
    [2, 7, 1],
    [7, 33],
    [2, 7, 33],
  ],
  [
    [1, 5, 1, 17],
    [3, 1, 2, 1],
    [3, 5, 2, 17],
  ],
  [
    [2, 1, 3, 1, 5],
    [4, 1, 3, 1],
    [2, 4, 3, 3, 5],
  ],
  [
    [300, 1],
    [300, 7],
    [300, 7],
  ],
];

/** Every fourth entry, from another one on for each kernel that takes its turn; or all. */
function inTurn<T>(entries: readonly T[], turn: number, all: boolean): readonly T[] {
  return entries.filter((_, index) => all || index % 4 === turn % 4);
}

const text = (shape: Shape): string => `[${shape.join(", ")}]`;

/** Functions of one f32 tensor. */
export const unaryOfFloats: readonly UnaryKernel[] = [
  ...(["neg", "abs", "sign", "exp", "sin", "cos", "floor", "round", "tanh", "sigmoid", "relu", "erf"] as const),
  ...(["log", "log1p", "sqrt"] as const),
];
/** Comparisons of two tensors. */
export const compared: readonly BinaryKernel[] = ["equal", "notEqual", "less", "lessEqual", "greater", "greaterEqual"];

function unaryCalls(o: Operands): PrimitiveCall[] {
  return [...unaryOfFloats, "not" as const].flatMap((kernel, turn) =>
    inTurn(shapes, turn, kernel === "exp").map((shape) => {
      const positive = kernel === "log" || kernel === "log1p" || kernel === "sqrt";
      const x = kernel === "not" ? o.bool(...shape) : positive ? o.positive(...shape) : o.f32(...shape);
      return {
        name: `${kernel} of ${text(shape)}`,
        inputs: [x],
        call: (backend: Backend, [x]: readonly Operand[]) => backend.unary(kernel, x!),
      };
    }),
  );
}

function binaryCalls(o: Operands): PrimitiveCall[] {
  const numeric: readonly BinaryKernel[] = ["add", "sub", "mul", "div", "maximum", "minimum", ...compared];
  const both: readonly (readonly [BinaryKernel, DType])[] = [
    ...numeric.map((kernel) => [kernel, "f32"] as const),
    ...numeric.map((kernel) => [kernel, "i32"] as const),
    ["pow", "f32"],
    ["and", "bool"],
    ["or", "bool"],
  ];
  return both.flatMap(([kernel, dtype], turn) =>
    inTurn(pairs, turn, kernel === "add" || kernel === "and" || (kernel === "less" && dtype === "f32")).map(
      ([a, b, shape]) => ({
        name: `${kernel} of ${dtype} ${text(a)} and ${text(b)}`,
        inputs:
          kernel === "pow" || (kernel === "div" && dtype === "f32")
            ? [o.positive(...a), o.positive(...b)]
            : compared.includes(kernel) && dtype === "f32"
              ? [o.ties(...a), o.ties(...b)]
              : [o.of(dtype, ...a), o.of(dtype, ...b)],
        call: (backend: Backend, [x, y]: readonly Operand[]) => backend.binary(kernel, x!, y!, shape),
      }),
    ),
  );
}

function whereCalls(o: Operands): PrimitiveCall[] {
  return dtypes.flatMap((dtype) =>
    pairs.flatMap(([a, b, shape], at) =>
      [[a, b, shape][at % 3]!]
        .map((condition) => ({ condition, index: at % 3 }))
        .map(({ condition, index }) => ({
          name: `where of ${text(condition)}, ${dtype} ${text(index === 0 ? shape : a)} and ${text(b)}`,
          inputs: [o.bool(...condition), o.of(dtype, ...(index === 0 ? shape : a)), o.of(dtype, ...b)],
          call: (backend: Backend, [c, x, y]: readonly Operand[]) => backend.where(c!, x!, y!, shape),
        })),
    ),
  );
}

function matmulCalls(o: Operands): PrimitiveCall[] {
  const sizes = [
    [1, 1, 1],
    [3, 0, 2],
    [1, 7, 9],
    [7, 1, 3],
    [9, 17, 1],
    [8, 8, 8],
    [7, 9, 5],
    [16, 33, 17],
    [17, 15, 31],
    [33, 65, 9],
    [65, 3, 130],
    [2, 300, 3],
    [130, 5, 2],
    [2, 7, 7],
  ] as const;
  const batches: readonly (readonly [Shape, Shape, Shape])[] = [
    [[], [], []],
    [[3], [3], [3]],
    [[3], [], [3]],
    [[], [5], [5]],
    [
      [2, 1],
      [1, 3],
      [2, 3],
    ],
  ];
  return sizes.flatMap(([m, k, n], at) =>
    batches.slice(0, m * k * n > 5000 ? 1 : undefined).flatMap(([left, right, batch], index) =>
      [0, 1, 2, 3].flatMap((flags) => {
        // Every size with every transposition; batches with one of them in turn.
        if (index > 0 && flags !== (at + index) % 4) return [];
        const transposed = { a: (flags & 1) > 0, b: (flags & 2) > 0 };
        const a = [...left, ...(transposed.a ? [k, m] : [m, k])];
        const b = [...right, ...(transposed.b ? [n, k] : [k, n])];
        return {
          name: `${text(a)}${transposed.a ? " transposed" : ""} by ${text(b)}${transposed.b ? " transposed" : ""}`,
          inputs: [o.f32(...a), o.f32(...b)],
          adds: true,
          call: (backend: Backend, [x, y]: readonly Operand[]) => backend.matmul(x!, y!, [...batch, m, n], transposed),
        };
      }),
    ),
  );
}

/** Every set of the axes of a shape. */
function subsets(count: number): number[][] {
  return Array.from({ length: 2 ** count }, (_, bits) =>
    Array.from({ length: count }, (_, axis) => axis).filter((axis) => bits & (1 << axis)),
  );
}

function reduceCalls(o: Operands): PrimitiveCall[] {
  const kinds = [
    ["sum", "f32"],
    ["max", "f32"],
    ["min", "f32"],
    ["sum", "i32"],
    ["max", "i32"],
    ["min", "i32"],
    ["sum", "bool"],
  ] as const;
  return shapes.flatMap((shape) =>
    subsets(shape.length).flatMap((axes, index) =>
      kinds
        .filter(([kernel], kind) => {
          // Nothing has no largest value. Of the many sets of axes of large shapes, each kind takes its turn.
          if (kernel !== "sum" && shape.includes(0)) return false;
          return kind === 0 || shape.length === 1 || (index + shape.length) % (kinds.length - 1) === kind - 1;
        })
        .map(([kernel, dtype]) => ({
          name: `${kernel} of ${dtype} ${text(shape)} over ${text(axes)}`,
          inputs: [o.of(dtype, ...shape)],
          adds: kernel === "sum" && dtype === "f32",
          call: (backend: Backend, [x]: readonly Operand[]) => backend.reduce(kernel, x!, axes),
        })),
    ),
  );
}

function argmaxCalls(o: Operands): PrimitiveCall[] {
  return shapes.flatMap((shape) =>
    shape.flatMap((length, axis) =>
      length === 0
        ? []
        : [o.f32(...shape), o.ties(...shape), o.i32(...shape)].map((x) => ({
            name: `${x.dtype} ${text(shape)} along axis ${axis}`,
            inputs: [x],
            call: (backend: Backend, [operand]: readonly Operand[]) => backend.argmax(operand!, axis),
          })),
    ),
  );
}

export const allDtypes: readonly DType[] = dtypes;
export const allShapes: readonly Shape[] = shapes;
export const allPairs: readonly (readonly [Shape, Shape, Shape])[] = pairs;

/** Calls of the kernels that calculate, by kernel. */
export const calculations: Readonly<Record<string, (operands: Operands) => PrimitiveCall[]>> = {
  unary: unaryCalls,
  binary: binaryCalls,
  where: whereCalls,
  matmul: matmulCalls,
  reduce: reduceCalls,
  argmax: argmaxCalls,
};
