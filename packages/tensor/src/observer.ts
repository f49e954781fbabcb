import { runtime } from "./runtime.js";
import type { Tensor } from "./tensor.js";

/** Called after an operation, or after the gradient of one. */
export interface Observer {
  /** @param inputs - the arguments; `null` for one that was left out */
  operation(op: string, inputs: readonly (Tensor | null)[], outputs: readonly Tensor[]): void;
  /**
   * @param from - the operation's arguments and results, and the cotangents of its results
   * @param gradients - of its arguments
   */
  gradient(op: string, from: readonly (Tensor | null)[], gradients: readonly (Tensor | null)[]): void;
}

/** Sets or removes the observer of all operations. */
export function setObserver(next: Observer | null): void {
  runtime.observer = next;
}

/** Reports an operation to the observer. */
export function observe(op: string, inputs: readonly (Tensor | null)[], outputs: readonly Tensor[]): void {
  if (runtime.observer) withoutObserver((current) => current.operation(op, inputs, outputs));
}

/** Runs the gradient of an operation and reports it as a whole; the operations inside it are not reported. */
export function observeGradient(
  op: string,
  from: readonly (Tensor | null)[],
  vjp: () => readonly (Tensor | null)[],
): readonly (Tensor | null)[] {
  if (!runtime.observer) return vjp();
  return withoutObserver((current) => {
    const gradients = vjp();
    current.gradient(op, from, gradients);
    return gradients;
  });
}

function withoutObserver<T>(fn: (current: Observer) => T): T {
  const current = runtime.observer as Observer;
  runtime.observer = null;
  try {
    return fn(current);
  } finally {
    runtime.observer = current;
  }
}
