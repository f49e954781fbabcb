import { LifetimeError } from "./errors.js";
import { Tensor } from "./tensor.js";

/** The tensors made since a scope began. */
export interface Scope {
  readonly tensors: Tensor[];
}

const open: Scope[] = [];

/** The innermost open scope. */
export function currentScope(): Scope | null {
  return open[open.length - 1] ?? null;
}

/**
 * Runs `fn` and frees every tensor that was made inside and is not part of what it returns (a tensor, or arrays, plain
 * objects and maps of them). A training step is one scope. What leaves the outermost scope is a value: the graph behind it is
 * gone, so `backward()` belongs inside. An inner scope whose result is still to be differentiated leaves its tensors to the
 * outer one. Parameters and what {@link keep} names outlive the scope.
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
  const own: Scope = { tensors: [] };
  open.push(own);
  let returned: Set<Tensor> = new Set();
  try {
    const result = fn();
    if (result instanceof Promise) {
      result.catch(() => {});
      throw new LifetimeError(
        "scope: the function is asynchronous; return tensors from the scope and await outside of it.",
      );
    }
    returned = new Set(tensorsIn(result));
    return result;
  } finally {
    open.pop();
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
 * Takes tensors out of the scope that they were made in: whoever calls this frees them.
 *
 * @param value - a tensor, or arrays, plain objects and maps of them
 */
export function keep<T>(value: T): T {
  for (const tensor of tensorsIn(value)) tensor.moveTo(null);
  return value;
}

/**
 * Frees every tensor in a value; one that was freed before is left alone.
 *
 * @param value - a tensor, or arrays, plain objects and maps of them
 */
export function disposeAll(value: unknown): void {
  for (const tensor of tensorsIn(value)) tensor.dispose();
}

/** Every tensor inside a value made of arrays, plain objects and maps. */
function* tensorsIn(value: unknown): Generator<Tensor> {
  if (value instanceof Tensor) yield value;
  else if (Array.isArray(value)) for (const item of value) yield* tensorsIn(item);
  else if (value instanceof Map) for (const item of value.values()) yield* tensorsIn(item);
  else if (value !== null && typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
    for (const item of Object.values(value)) yield* tensorsIn(item);
  }
}
