import { LifetimeError } from "./errors.js";
import type { Tensor } from "./tensor.js";

/** One application of an operation: what it was applied to, and how cotangents flow back. */
export interface GraphNode {
  readonly op: string;
  /** Counts up: a node's inputs always come from nodes with smaller numbers. */
  readonly order: number;
  /** The arguments, `null` where one was left out. */
  readonly inputs: readonly (Tensor | null)[];
  /** The results, for their shapes and, in gradients, their values. */
  readonly outputs: readonly Tensor[];
  /**
   * Vector-Jacobian products.
   * @param cotangents - d(loss)/d(output), `null` for a result that the loss does not depend on
   * @param needs - which inputs want one; the others get `null`
   */
  readonly vjp: (cotangents: readonly (Tensor | null)[], needs: readonly boolean[]) => readonly (Tensor | null)[];
}

let recording = true;
let nodes = 0;

/** Whether operations are being recorded for gradients. */
export function isRecording(): boolean {
  return recording;
}

/** Runs `fn` without recording: no graph is kept and no gradient flows. */
export function noGrad<T>(fn: () => T): T {
  return withRecording(false, fn);
}

/** Runs `fn` with recording switched on or off. */
export function withRecording<T>(on: boolean, fn: () => T): T {
  const before = recording;
  recording = on;
  try {
    const result = fn();
    if (result instanceof Promise) {
      result.catch(() => {});
      throw new LifetimeError("noGrad: the function is asynchronous; await outside of it.");
    }
    return result;
  } finally {
    recording = before;
  }
}

/** Ties results to the node that made them. */
export function record(node: Omit<GraphNode, "order">): void {
  const numbered: GraphNode = { ...node, order: nodes++ };
  for (let index = 0; index < node.outputs.length; index++) {
    const output = node.outputs[index]!;
    if (output.dtype !== "f32") continue;
    output.node = numbered;
    output.outputIndex = index;
  }
}
