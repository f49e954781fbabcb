import { assertFunction, GradientError, LifetimeError } from "./errors.js";
import { runtime } from "./runtime.js";
import type { Edge, GraphNode, Tensor } from "./tensor.js";

/** Whether operations are being recorded for gradients. */
export function isRecording(): boolean {
  return runtime.recording;
}

/** Runs `fn` without recording: no graph is kept and no gradient flows. */
export function noGrad<T>(fn: () => T): T {
  assertFunction("noGrad", fn);
  return withRecording(false, fn);
}

/** Runs `fn` with recording switched on or off. */
export function withRecording<T>(on: boolean, fn: () => T): T {
  const before = runtime.recording;
  runtime.recording = on;
  try {
    const result = fn();
    if (result instanceof Promise) {
      result.catch(() => {});
      throw new LifetimeError("noGrad: the function is asynchronous; await outside of it.");
    }
    return result;
  } finally {
    runtime.recording = before;
  }
}

/**
 * Ties results to the node that made them.
 * @throws GradientError when an argument's own graph was freed with its scope: gradients would silently stop there
 */
export function record(application: {
  readonly op: string;
  readonly inputs: readonly (Tensor | null)[];
  /** Snapshots of the arguments. */
  readonly values: readonly (Tensor | null)[];
  readonly outputs: readonly Tensor[];
  readonly vjp: GraphNode["vjp"];
}): void {
  const { op, inputs, values, outputs, vjp } = application;
  const edges = inputs.map((input) => edgeTo(op, input));
  const node: GraphNode = { op, order: runtime.nodes++, edges, inputs: values, outputs, vjp };
  for (const [outputIndex, output] of outputs.entries()) {
    if (output.dtype !== "f32") continue;
    output.node = node;
    output.outputIndex = outputIndex;
  }
}

function edgeTo(op: string, input: Tensor | null): Edge | null {
  if (!input) return null;
  if (input.graphFreed) {
    throw new GradientError(
      `${op}: an argument comes from a scope that has ended, and the graph behind it is gone; detach() it if no gradient should flow there.`,
    );
  }
  if (!input.tracked) return null;
  return input.node ? { node: input.node, outputIndex: input.outputIndex } : { leaf: input };
}
