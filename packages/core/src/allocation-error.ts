/**
 * Returns whether an error means that there is not enough memory: the engine refused to create an array or a buffer.
 *
 * @example
 * if (isAllocationError(error)) console.error("Lower the batch size.");
 */
export function isAllocationError(error: unknown): boolean {
  // The messages of V8, of SpiderMonkey and of JavaScriptCore.
  const messages =
    /array buffer allocation failed|out of memory|could not allocate|invalid (array buffer|typed array) length/i;
  return error instanceof RangeError && messages.test(error.message);
}
