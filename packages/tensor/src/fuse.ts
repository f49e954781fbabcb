import type { Backend, Operand } from "./backend.js";
import type { AnyOp, Op, OpInputs, OpOutputs } from "./op.js";
import { runtime } from "./runtime.js";
import type { Tensor } from "./tensor.js";

/** An operation's arguments as kernels see them; a list of tensors stands for itself. */
export type OperandsOf<I extends OpInputs> = I extends readonly [readonly Tensor[]]
  ? readonly Operand[]
  : { readonly [K in keyof I]: null extends I[K] ? Operand | null : Operand };

/** Results of a fused forward kernel, and what its gradient wants to see again. */
export interface FusedResult {
  /** In the operation's order, in newly allocated buffers. */
  readonly outputs: readonly Operand[];
  /** Further buffers that live until the gradient has been taken. */
  readonly saved?: readonly Operand[];
}

/** What a fused gradient may use. */
export interface FusedVjpContext<I extends OpInputs, P> {
  readonly inputs: OperandsOf<I>;
  readonly outputs: readonly Operand[];
  readonly saved: readonly Operand[];
  readonly params: P;
  /** d(loss)/d(output), `null` for a result that the loss does not depend on. */
  readonly cotangents: readonly (Operand | null)[];
  /** Which inputs want a cotangent. */
  readonly needs: readonly boolean[];
}

/** One kernel in place of an operation's whole composition. */
export interface FusedImplementation<I extends OpInputs, P> {
  /** Whether this kernel can take the call; when it says no, the composition runs. */
  accepts?(inputs: OperandsOf<I>, params: P): boolean;
  forward(inputs: OperandsOf<I>, params: P, wantsGradient: boolean): FusedResult;
  /** d(loss)/d(input) for each input that needs one, in newly allocated buffers. Absent: the composition's gradient. */
  vjp?(context: FusedVjpContext<I, P>): readonly (Operand | null)[];
}

/** A fused kernel, tied to the operation it stands for. Made by {@link fuse} alone, which checks the types. */
export interface FusedKernel {
  readonly op: AnyOp;
  readonly implementation: FusedImplementation<readonly (Tensor | null)[], object>;
}

/**
 * Pairs an operation with a backend's own kernel for it.
 *
 * @example
 * const fused = [fuse(softmax, { forward: ([x], { axis }) => ({ outputs: [softmaxKernel(x, axis)] }) })];
 */
export function fuse<I extends OpInputs, P, O extends OpOutputs>(
  op: Op<I, P, O>,
  implementation: FusedImplementation<I, P>,
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
