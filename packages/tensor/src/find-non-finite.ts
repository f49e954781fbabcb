import { assertFunction, BackendError } from "./errors.js";
import { noGrad } from "./graph.js";
import { setObserver } from "./observer.js";
import { mul } from "./ops/mul.op.js";
import { sum } from "./ops/sum.op.js";
import { runtime } from "./runtime.js";
import { keep, scope } from "./scope.js";
import type { Shape } from "./shape.js";
import type { Tensor } from "./tensor.js";

/** The operation that produced the first NaN or infinite value. */
export interface NonFiniteSource {
  /** Name of the operation. */
  readonly op: string;
  /** Whether its gradient produced the value, and not its result. */
  readonly gradient: boolean;
  /** Shape of the tensor with the value. */
  readonly shape: Shape;
}

/**
 * Runs a function and finds the first operation that produced NaN or infinity from finite arguments. It checks the results
 * and the gradients of all operations, which takes several times as long as the function alone. For debugging.
 *
 * @param fn - may be asynchronous; nothing else may compute in the meantime
 * @returns `null` when every value is finite, or comes from an argument that is not
 * @throws BackendError when another search is running
 * @example
 * const source = await findNonFinite(() => scope(() => model.loss(batch).total.backward()));
 * if (source) console.log(source.op, source.shape);
 */
export async function findNonFinite(fn: () => unknown): Promise<NonFiniteSource | null> {
  assertFunction("findNonFinite", fn);
  if (runtime.searching) throw new BackendError("findNonFinite: a search is already running; await it first.");
  runtime.searching = true;
  const steps: (NonFiniteSource & { readonly before: Tensor[]; readonly after: Tensor })[] = [];
  const flags = new Map<Tensor, Tensor>();
  const flagsOf = (tensors: readonly (Tensor | null)[]): Tensor[] =>
    tensors
      .filter((tensor) => tensor?.dtype === "f32" && (flags.has(tensor) || !tensor.disposed))
      .map((tensor) => flagOf(tensor!, flags));
  const record = (
    op: string,
    gradient: boolean,
    from: readonly (Tensor | null)[],
    to: readonly (Tensor | null)[],
  ): void => {
    const before = flagsOf(from);
    for (const tensor of to) {
      if (tensor?.dtype !== "f32") continue;
      steps.push({ op, gradient, shape: tensor.shape, before, after: flagOf(tensor, flags) });
    }
  };
  setObserver({
    operation: (op, inputs, outputs) => record(op, false, inputs, outputs),
    gradient: (op, from, gradients) => record(op, true, from, gradients),
  });
  try {
    await fn();
    setObserver(null);
    for (const { before, after, op, gradient, shape } of steps) {
      if (Number.isFinite(await after.item())) continue;
      const inputs = await Promise.all(before.map((flag) => flag.item()));
      if (inputs.every(Number.isFinite)) return { op, gradient, shape };
    }
    return null;
  } finally {
    setObserver(null);
    runtime.searching = false;
    for (const flag of flags.values()) flag.dispose();
  }
}

/** Tells whether every value of every tensor is finite. */
export async function areFinite(tensors: Iterable<Tensor>): Promise<boolean> {
  const flags = Array.from(tensors, (tensor) => flagOf(tensor, new Map()));
  try {
    const values = await Promise.all(flags.map((flag) => flag.item()));
    return values.every(Number.isFinite);
  } finally {
    for (const flag of flags) flag.dispose();
  }
}

/** A scalar that is NaN when a value of the tensor is not finite, and otherwise 0. */
function flagOf(tensor: Tensor, flags: Map<Tensor, Tensor>): Tensor {
  let flag = flags.get(tensor);
  if (!flag) {
    flag = scope(() => noGrad(() => keep(sum(mul(tensor, 0)))));
    flags.set(tensor, flag);
  }
  return flag;
}
