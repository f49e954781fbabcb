import type { Backend, BinaryKernel, Operand } from "../index.js";
import { compared, type HostOperand, type PrimitiveCall, unaryOfFloats } from "./primitive-cases.js";

/** Calls of every elementwise kernel on special values, for two operands on each pair of them. */
export function specialCalls(): PrimitiveCall[] {
  const ordinary = [0, -0, 1, -1, 0.5, -2, 3, -3, 1e-40, -1e-40, Number.NaN, Infinity, -Infinity];
  const largest = [3.4028234663852886e38, -3.4028234663852886e38, 3e38];
  return [ordinary, largest].flatMap((list, index) => {
    const n = list.length;
    const each: HostOperand = { values: Float32Array.from(list), shape: [n], dtype: "f32" };
    const rows: HostOperand = { ...each, shape: [n, 1] };
    const which = index === 0 ? "special" : "the largest";
    const binary: readonly BinaryKernel[] = ["add", "sub", "mul", "div", "maximum", "minimum", "pow", ...compared];
    return [
      ...unaryOfFloats.map((kernel) => ({
        name: `${kernel} of ${which} values`,
        inputs: [each],
        call: (backend: Backend, [x]: readonly Operand[]) => backend.unary(kernel, x!),
      })),
      ...binary.map((kernel) => ({
        name: `${kernel} of pairs of ${which} values`,
        inputs: [rows, each],
        call: (backend: Backend, [a, b]: readonly Operand[]) => backend.binary(kernel, a!, b!, [n, n]),
      })),
      ...(["max", "min", "sum"] as const).map((kernel) => ({
        name: `${kernel} of ${which} values`,
        inputs: [rows],
        call: (backend: Backend, [x]: readonly Operand[]) => backend.reduce(kernel, x!, [1]),
      })),
      {
        name: `argmax of ${which} values, NaN first and later`,
        inputs: [{ ...each, shape: [1, n] }],
        call: (backend: Backend, [x]: readonly Operand[]) => backend.argmax(x!, 1),
      },
    ];
  });
}
