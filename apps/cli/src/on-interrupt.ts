const signals = ["SIGINT", "SIGTERM"] as const;

/**
 * Calls the listener on the first Ctrl-C, or other request to end, from now on. A second one ends the process at once,
 * whatever it is doing: from the first one on it is the operating system that answers, as if nobody listened.
 *
 * @returns a function that ends the listening
 */
export function onInterrupt(listener: () => void): () => void {
  const stop = (): void => {
    for (const signal of signals) process.off(signal, interrupt);
  };
  const interrupt = (): void => {
    stop();
    listener();
  };
  for (const signal of signals) process.on(signal, interrupt);
  return stop;
}

/** Ctrl-C came while an experiment ran. */
export class Interrupted extends Error {
  override name = "Interrupted";
}
