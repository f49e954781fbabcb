import type { Operand, UnaryKernel } from "../backend.js";
import type { DType, TensorData } from "../dtype.js";
import { erf } from "./erf.js";
import { valuesOf } from "./host-buffer.js";

const definitions: Readonly<Record<UnaryKernel, (x: number) => number>> = {
  neg: (x) => -x,
  abs: Math.abs,
  sign: Math.sign,
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  relu: (x) => Math.max(x, 0),
  erf,
  not: (x) => 1 - x,
};

export function unary(kernel: UnaryKernel, out: TensorData, x: Operand): TensorData {
  const define = definitions[kernel];
  const values = valuesOf(x.buffer);
  for (let i = 0; i < out.length; i++) out[i] = define(values[i]!);
  return out;
}

export function cast(out: TensorData, x: Operand, dtype: DType): TensorData {
  const values = valuesOf(x.buffer);
  if (dtype === "bool") for (let i = 0; i < out.length; i++) out[i] = values[i] === 0 ? 0 : 1;
  else out.set(values);
  return out;
}
