import type { ArgumentType, GpuInstance, KernelFunction } from "./gpu-js.js";
import { helpersFor } from "./helpers.js";
import type { GpuMode } from "./mode.js";

/** What a kernel takes: the values of a buffer, a whole number, or a number. */
export type ParameterKind = "values" | "integer" | "number";

/**
 * A kernel in gpu.js's language, as text: minifiers leave it alone. `body` computes one element of the result, whose
 * place is `this.thread.x`.
 *
 * With `grid: "matrix"` the result has rows, and `ROW` and `COLUMN` stand for the element's place: neighbours share
 * what they read. Where the device cannot hold such a grid the same text runs along a line.
 */
export interface Kernel {
  /** One compilation for each name. */
  readonly name: string;
  readonly grid?: "line" | "matrix";
  /** How many elements, side by side in a row, one call returns as an array; by default it returns one. */
  readonly results?: 1 | 4;
  readonly parameters: Readonly<Record<string, ParameterKind>>;
  readonly body: string;
}

const known = new Map<string, Kernel>();

/** The kernel of a name; its text is put together once, however often it is launched. */
export function kernelNamed(name: string, make: () => Omit<Kernel, "name">): Kernel {
  let kernel = known.get(name);
  if (!kernel) {
    kernel = { name, ...make() };
    known.set(name, kernel);
  }
  return kernel;
}

/** More iterations than any loop has: gpu.js ends loops without a word after 1000 otherwise. */
const loopMaxIterations = 2 ** 30;

/** Compiles a kernel; gpu.js itself waits for the first call. */
export function compile(gpu: GpuInstance, mode: GpuMode, kernel: Kernel, asMatrix: boolean): KernelFunction {
  const values: ArgumentType = mode === "webgl2" ? "ArrayTexture(1)" : "Array";
  const types: Record<string, ArgumentType> = {};
  for (const [name, kind] of Object.entries(kernel.parameters)) {
    types[name] = kind === "values" ? values : kind === "integer" ? "Integer" : "Float";
  }
  let body = kernel.body;
  if (kernel.grid === "matrix") {
    if (!asMatrix) types.lineWidth = "Integer";
    body = body
      .replaceAll("ROW", asMatrix ? "this.thread.y" : "quotient(this.thread.x, lineWidth)")
      .replaceAll("COLUMN", asMatrix ? "this.thread.x" : "remainder(this.thread.x, lineWidth)");
  }
  return compileSource(gpu, body, types, asMatrix ? 2 : 1);
}

/** The kernel that takes values from the host to the device. */
export function compileUpload(gpu: GpuInstance): KernelFunction {
  return compileSource(gpu, "return values[this.thread.x];", { values: "Array" }, 1);
}

function compileSource(
  gpu: GpuInstance,
  body: string,
  argumentTypes: Readonly<Record<string, ArgumentType>>,
  rank: number,
): KernelFunction {
  return gpu.createKernel(`function (${Object.keys(argumentTypes).join(", ")}) { ${body} }`, {
    argumentTypes,
    functions: helpersFor(body),
    output: new Array<number>(rank).fill(1),
    dynamicOutput: true,
    dynamicArguments: true,
    pipeline: true,
    immutable: true,
    precision: "single",
    tactic: "precision",
    loopMaxIterations,
  });
}
