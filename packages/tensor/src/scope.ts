import { assertFunction, LifetimeError } from "./errors.js";
import { runtime } from "./runtime.js";
import { currentScope, type Scope, type Tensor } from "./tensor.js";
import { treeLeaves } from "./tree.js";

/**
 * Runs `fn` and frees every tensor that was created inside and is not part of the result (a tensor, or a tree of tensors).
 * A training step is one scope. A tensor that leaves the outermost scope keeps its values, but its graph is freed, so call
 * `backward()` inside. When the result of an inner scope still needs gradients, the outer scope frees the tensors of both.
 * Parameters and tensors passed to {@link keep} outlive the scope.
 *
 * @throws LifetimeError when `fn` is asynchronous: return the tensors, and await outside
 * @example
 * const loss = scope(() => {
 *   const loss = softmaxCrossEntropy(model(x), y, {});
 *   loss.backward();
 *   return loss;
 * });
 */
export function scope<T>(fn: () => T): T {
  assertFunction("scope", fn);
  const own: Scope = { tensors: [] };
  runtime.scopes.push(own);
  let returned: Set<Tensor> = new Set();
  try {
    const result = fn();
    if (result instanceof Promise) {
      result.catch(() => {});
      throw new LifetimeError(
        "scope: the function is asynchronous; return tensors from the scope and await outside of it.",
      );
    }
    returned = new Set(treeLeaves(result));
    return result;
  } finally {
    runtime.scopes.pop();
    const parent = currentScope();
    // What is still to be differentiated needs the values behind it: the outer scope frees them.
    const defer = parent !== null && [...returned].some((tensor) => tensor.node !== null);
    for (const tensor of own.tensors) {
      if (tensor.owner !== own) {
        // Kept by somebody: it outlives the graph.
        if (!parent) tensor.forgetGraph();
        else if (tensor.node) parent.tensors.push(tensor);
      } else if (defer || returned.has(tensor)) {
        tensor.moveTo(parent);
        if (!parent) tensor.forgetGraph();
      } else tensor.dispose();
    }
  }
}

/**
 * Removes every tensor of a tree from its scope. The caller frees them.
 *
 * @param value - a tensor, or a tree of tensors
 */
export function keep<T>(value: T): T {
  for (const tensor of treeLeaves(value)) tensor.moveTo(null);
  return value;
}

/**
 * Frees every tensor of a tree. Freeing a tensor twice is harmless.
 *
 * @param value - a tensor, or a tree of tensors
 */
export function disposeAll(value: unknown): void {
  for (const tensor of treeLeaves(value)) tensor.dispose();
}
