import type { Backend, FusedImplementation, FusedKernel, Operand } from "./backend.js";
import type { Op, OpInputs, OpOutputs } from "./op.js";
import { runtime } from "./runtime.js";
import type { Tensor } from "./tensor.js";

/** An operation's arguments as kernels see them; a list of tensors stays a list. */
export type OperandsOf<I extends OpInputs> = I extends readonly [readonly Tensor[]]
  ? readonly Operand[]
  : { readonly [K in keyof I]: null extends I[K] ? Operand | null : Operand };

/**
 * Pairs an operation with a backend's own kernel for it.
 *
 * @example
 * const fused = [fuse(softmax, { forward: ([x], { axis }) => ({ outputs: [softmaxKernel(x, axis)] }) })];
 */
export function fuse<I extends OpInputs, P, O extends OpOutputs>(
  op: Op<I, P, O>,
  implementation: FusedImplementation<OperandsOf<I>, P>,
): FusedKernel {
  return { op, implementation: implementation as unknown as FusedKernel["implementation"] };
}

/** Returns the backend's kernel for the operation of this name, which another copy of this package may have defined. */
export function fusedKernel(backend: Backend, op: string): FusedKernel["implementation"] | undefined {
  let kernels = runtime.kernels.get(backend);
  if (!kernels) {
    kernels = new Map(backend.fused?.map((kernel) => [kernel.op.opName, kernel.implementation]));
    runtime.kernels.set(backend, kernels);
  }
  return kernels.get(op);
}
