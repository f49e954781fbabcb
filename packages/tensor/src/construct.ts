import { BackendError } from "./errors.js";
import { isParameter } from "./parameter.js";
import { runtime } from "./runtime.js";

import { formatShape, type Shape, sizeOf } from "./shape.js";
import { currentScope, type Scope } from "./tensor.js";

/** Options of {@link construct}. */
export interface ConstructOptions {
  /**
   * Largest number of elements that `zeros`, `ones`, `full`, `randomUniform` and `randomNormal` may create in total. Limit
   * it when the sizes come from a file that is not trusted. Default: no limit.
   */
  readonly maxElements?: number;
}

/**
 * Calls `fn`, which builds a module. When it throws, every tensor and parameter that it created is freed.
 *
 * @throws BackendError before memory is taken for more than `maxElements`
 * @example
 * const layer = construct(() => new Linear(inputSize, outputSize, { random }), { maxElements: 1e6 });
 */
export function construct<T>(fn: () => T, { maxElements }: ConstructOptions = {}): T {
  const own: Scope = { tensors: [] };
  const before = runtime.elementsLeft;
  runtime.elementsLeft = maxElements ?? before;
  runtime.scopes.push(own);
  let done = false;
  try {
    const result = fn();
    done = true;
    return result;
  } finally {
    runtime.scopes.pop();
    runtime.elementsLeft = before;
    const parent = currentScope();
    for (const tensor of own.tensors) {
      if (tensor.owner === own && done) tensor.moveTo(parent);
      else if (!done && (tensor.owner === own || isParameter(tensor))) tensor.dispose();
    }
  }
}

/**
 * Takes the elements of a new tensor from the budget of {@link construct}, if there is one. Call it before you compute the
 * values of a tensor on the host; `zeros`, `ones`, `full`, `randomUniform` and `randomNormal` call it.
 *
 * @throws BackendError when the budget is exceeded
 */
export function reserveElements(op: string, shape: Shape): void {
  if (runtime.elementsLeft === null) return;
  runtime.elementsLeft -= sizeOf(shape);
  if (runtime.elementsLeft >= 0) return;
  throw new BackendError(
    `${op}: a tensor of shape ${formatShape(shape)} exceeds the elements that may be created here.`,
  );
}
