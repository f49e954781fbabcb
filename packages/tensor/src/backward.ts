import { checkOptionKinds, optionRules } from "@heed/core";
import { full, ones } from "./create.js";
import { detach } from "./detach.js";
import { assertFunction, GradientError } from "./errors.js";
import { noGrad } from "./graph.js";
import { observeGradient } from "./observer.js";
import { add } from "./ops/add.op.js";
import { isParameter, type Parameter } from "./parameter.js";
import { keep, scope } from "./scope.js";
import { formatShape, sizeOf } from "./shape.js";
import { assertTensor, type Edge, type GraphNode, type Tensor } from "./tensor.js";

/** Options of {@link backward}. */
export interface BackwardOptions {
  /** Multiplies all gradients: those of `scale · loss` are computed; default 1. */
  readonly scale?: number;
}

const rules = optionRules<BackwardOptions>({ "scale?": "number" });

/**
 * Adds d(scale · loss)/d(parameter) to the `grad` of every parameter that the loss was computed from.
 * @throws GradientError when `loss` is not a scalar, or was not computed from any parameter
 */
export function backward(loss: Tensor, options: BackwardOptions = {}): void {
  assertTensor("backward", "loss", loss);
  checkOptionKinds("backward", ["loss"], rules, options);
  const scale = options?.scale ?? 1;
  if (sizeOf(loss.shape) !== 1) {
    throw new GradientError(`backward() needs a scalar loss, got shape ${formatShape(loss.shape)}.`);
  }
  scope(() => {
    for (const [leaf, gradient] of cotangentsOfLeaves([loss], [full(loss.shape, scale, "f32", loss.backend)])) {
      if (!isParameter(leaf)) continue;
      const previous = leaf.grad;
      leaf.grad = keep(previous ? noGrad(() => add(previous, gradient)) : gradient);
      previous?.dispose();
    }
  });
}

/**
 * Runs `fn`, which returns a scalar, and returns it with its gradients for `parameters`, in their order; `null` for a
 * parameter that the value does not depend on. The parameters' own `grad` is left alone.
 */
export function valueAndGrad(
  fn: () => Tensor,
  parameters: readonly Parameter[],
): { value: Tensor; gradients: (Tensor | null)[] } {
  assertFunction("valueAndGrad", fn);
  return scope(() => {
    const value = fn();
    assertTensor("valueAndGrad", "the result of the function", value);
    if (sizeOf(value.shape) !== 1) {
      throw new GradientError(
        `valueAndGrad: the function returned shape ${formatShape(value.shape)} instead of a scalar.`,
      );
    }
    const leaves = cotangentsOfLeaves([value], [ones(value.shape, value.backend)]);
    return { value, gradients: parameters.map((parameter) => leaves.get(parameter) ?? null) };
  });
}

/**
 * Carries cotangents of results back to the leaves that they were computed from (reverse-mode differentiation).
 * @throws GradientError when a result was not recorded
 */
export function cotangentsOfLeaves(results: readonly Tensor[], cotangents: readonly Tensor[]): Map<Tensor, Tensor> {
  const leaves = new Map<Tensor, Tensor>();
  const pending = new Map<GraphNode, (Tensor | null)[]>();
  const plus = (a: Tensor | null | undefined, b: Tensor): Tensor => (a ? add(a, b) : b);
  const receive = (edge: Edge, cotangent: Tensor): void => {
    if ("leaf" in edge) {
      // A tensor of its own: two leaves may be sent the same cotangent, and each owns its gradient.
      const previous = leaves.get(edge.leaf);
      leaves.set(edge.leaf, previous ? add(previous, cotangent) : detach(cotangent));
      return;
    }
    const { node, outputIndex } = edge;
    let slots = pending.get(node);
    if (!slots) {
      slots = node.outputs.map(() => null);
      pending.set(node, slots);
    }
    slots[outputIndex] = plus(slots[outputIndex], cotangent);
  };
  noGrad(() => {
    const roots = results.map(edgeOf);
    for (const [index, root] of roots.entries()) receive(root, cotangents[index]!);
    for (const node of nodesBehind(roots)) {
      const slots = pending.get(node);
      if (!slots) continue;
      pending.delete(node);
      const needs = node.edges.map((edge) => edge !== null);
      const inputCotangents = observeGradient(node.op, [...node.inputs, ...node.outputs, ...slots], () =>
        node.vjp(slots, needs),
      );
      for (const [position, edge] of node.edges.entries()) {
        const cotangent = inputCotangents[position];
        if (edge && cotangent) receive(edge, cotangent);
      }
    }
  });
  return leaves;
}

function edgeOf(result: Tensor): Edge {
  if (result.graphFreed) {
    throw new GradientError(
      "backward: the graph behind this tensor was freed with its scope; call backward() inside the scope.",
    );
  }
  if (!result.tracked) {
    throw new GradientError("backward: this tensor was not computed from any trainable parameter (or under noGrad).");
  }
  return result.node ? { node: result.node, outputIndex: result.outputIndex } : { leaf: result };
}

/** All nodes that results depend on, the latest first. */
function nodesBehind(roots: readonly Edge[]): GraphNode[] {
  const seen = new Set<GraphNode>();
  const waiting: Edge[] = [...roots];
  for (let edge = waiting.pop(); edge; edge = waiting.pop()) {
    if ("leaf" in edge || seen.has(edge.node)) continue;
    seen.add(edge.node);
    for (const next of edge.node.edges) if (next) waiting.push(next);
  }
  return [...seen].sort((a, b) => b.order - a.order);
}
