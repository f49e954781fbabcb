/**
 * Creates a function that lets timers, signals and rendering run. Without it, a backend that computes on the same thread
 * blocks them until the end of training.
 *
 * @param everyMs - time in ms between two interruptions
 * @returns call it and await it between steps; it returns at once when it is not yet time
 */
export function yieldToEventLoop(everyMs = 50): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < everyMs) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    last = performance.now();
  };
}
