import {
  type BinaryKernel,
  broadcastStrides,
  type DType,
  isComparison,
  type Operand,
  type Primitives,
  type Shape,
  sizeOf,
  type UnaryKernel,
} from "@heed/tensor";
import { bufferOf, type GpuBuffer } from "../buffer.js";
import type { Argument, Device } from "../device.js";
import { type Kernel, kernelNamed, type ParameterKind } from "../kernel.js";
import { assertExact } from "../limits.js";
import { collapse, place, strideParameters, walkArguments, walkParameters } from "../strides.js";

/** What each kernel of one argument returns. */
const unaryBodies: Readonly<Record<UnaryKernel, string>> = {
  neg: "-a",
  abs: "Math.abs(a)",
  sign: "a > 0.0 ? 1.0 : (a < 0.0 ? -1.0 : 0.0)",
  exp: "Math.exp(a)",
  log: "Math.log(a)",
  log1p: "logOfOnePlus(a)",
  sqrt: "Math.sqrt(a)",
  sin: "sine(a)",
  cos: "cosine(a)",
  floor: "Math.floor(a)",
  round: "nearestWhole(a)",
  tanh: "squash(a)",
  sigmoid: "logistic(a)",
  relu: "Math.max(a, 0.0)",
  erf: "errorFunction(a)",
  not: "1.0 - a",
};

const binaryBodies: Readonly<Record<BinaryKernel, string>> = {
  add: "a + b",
  sub: "a - b",
  mul: "a * b",
  div: "a / b",
  pow: "power(a, b)",
  maximum: "Math.max(a, b)",
  minimum: "Math.min(a, b)",
  equal: "a == b ? 1.0 : 0.0",
  notEqual: "a != b ? 1.0 : 0.0",
  less: "a < b ? 1.0 : 0.0",
  lessEqual: "a <= b ? 1.0 : 0.0",
  greater: "a > b ? 1.0 : 0.0",
  greaterEqual: "a >= b ? 1.0 : 0.0",
  and: "a * b",
  or: "Math.max(a, b)",
};

/** i32 needs care where f32 would round or keep a fraction. */
const integerBodies: Partial<Readonly<Record<BinaryKernel, string>>> = {
  div: "b == 0.0 ? 0.0 : (a < 0.0 ? -1.0 : 1.0) * (b < 0.0 ? -1.0 : 1.0) * quotient(Math.abs(a), Math.abs(b))",
  pow: "Math.floor(power(a, b) + 0.5)",
};

const castBodies: Readonly<Record<DType, string>> = {
  f32: "a",
  i32: "a < 0.0 ? -Math.floor(-a) : Math.floor(a)",
  bool: "a != 0.0 ? 1.0 : 0.0",
};

/** fill, uniform's neighbours and everything that goes element by element. */
export function elementwise(device: Device): Pick<Primitives, "fill" | "cast" | "unary" | "binary" | "where"> {
  const perElement = (name: string, body: string): Kernel =>
    kernelNamed(name, () => ({
      parameters: { values: "values" },
      body: `const a = values[this.thread.x]; return ${body};`,
    }));

  return {
    fill(size, value, dtype) {
      if (dtype === "i32") assertExact([value]);
      return device.fill(size, value, dtype);
    },
    cast: (x, dtype) =>
      device.run(perElement(`cast to ${dtype}`, castBodies[dtype]), x.buffer.size, [bufferOf(x.buffer)], dtype),
    unary: (kernel, x) =>
      device.run(perElement(kernel, unaryBodies[kernel]), x.buffer.size, [bufferOf(x.buffer)], x.dtype),

    binary(kernel, a, b, shape) {
      const dtype = isComparison(kernel) ? "bool" : a.dtype;
      const integer = a.dtype === "i32" ? integerBodies[kernel] : undefined;
      const name = integer ? `${kernel} of i32` : kernel;
      const body = `return ${integer ?? binaryBodies[kernel]};`;
      return combine(device, name, body, shape, { a, b }, dtype);
    },

    where: (condition, a, b, shape) =>
      combine(device, "where", "return condition > 0.5 ? a : b;", shape, { condition, a, b }, a.dtype),
  };
}

/** Runs a body on operands that broadcast to `shape`. One value for all comes as a number. */
export function combine(
  device: Device,
  name: string,
  body: string,
  shape: Shape,
  operands: Readonly<Record<string, Operand>>,
  dtype: DType,
): GpuBuffer {
  const all = Object.entries(operands);
  const isConstant = ([, { buffer }]: (typeof all)[number]): boolean => bufferOf(buffer).constant !== null;
  const varying = all.filter((entry) => !isConstant(entry));
  const walk = collapse(
    shape,
    varying.map(([, operand]) => broadcastStrides(operand.shape, shape)),
  );
  const rank = walk.lengths.length;
  const plain = rank === 1 && walk.strides.every(([stride]) => stride === 1);
  const args: Argument[] = [];
  let next = 0;
  for (const [, { buffer }] of all) {
    const { constant } = bufferOf(buffer);
    if (constant !== null) args.push(constant);
    else args.push(bufferOf(buffer), ...(plain ? [] : walk.strides[next++]!));
  }
  if (!plain) args.push(...walkArguments(walk.lengths));
  const constants = all.map(isConstant);
  const kinds = constants.map((constant) => (constant ? "number" : "values")).join(", ");
  const kernel = kernelNamed(`${name}(${kinds}), rank ${plain ? 0 : rank}`, () => {
    const parameters: Record<string, ParameterKind> = {};
    const lines: string[] = [];
    for (const [i, [operand]] of all.entries()) {
      if (constants[i]) {
        parameters[operand] = "number";
        continue;
      }
      parameters[`${operand}Values`] = "values";
      if (!plain) Object.assign(parameters, strideParameters(`${operand}Stride`, rank));
      const from = plain ? "this.thread.x" : place(`${operand}Stride`, rank);
      lines.push(`const ${operand} = ${operand}Values[${from}];`);
    }
    if (!plain) Object.assign(parameters, walkParameters(rank));
    return { parameters, body: `${lines.join(" ")} ${body}` };
  });
  return device.run(kernel, sizeOf(shape), args, dtype);
}
