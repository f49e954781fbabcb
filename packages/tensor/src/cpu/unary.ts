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
  log1p: Math.log1p,
  sqrt: Math.sqrt,
  sin: Math.sin,
  cos: Math.cos,
  floor: Math.floor,
  round: roundHalfToEven,
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  relu: (x) => Math.max(x, 0),
  erf,
  not: (x) => 1 - x,
};

function roundHalfToEven(x: number): number {
  const rounded = Math.round(x); // halves go up
  return Math.abs(x % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

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
