/**
 * Lets timers, signals and drawing have their turn now and then: a backend that computes on the same thread would keep
 * them waiting until the end of training.
 *
 * @param everyMs - how long to work between two breaths, in ms
 * @returns call and await it between steps
 */
export function breather(everyMs = 50): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < everyMs) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    last = performance.now();
  };
}
