const signals = ["SIGINT", "SIGTERM"] as const;

/** A request to end: Ctrl-C sends SIGINT; `kill`, `timeout` and schedulers send SIGTERM. */
export type StopSignal = (typeof signals)[number];

/**
 * Calls the listener on the first SIGINT or SIGTERM from now on. A second one ends the process at once, whatever it is
 * doing: after the first signal the default action of the operating system applies again.
 *
 * @returns a function that removes the listener
 */
export function onInterrupt(listener: (signal: StopSignal) => void): () => void {
  const stop = (): void => {
    for (const signal of signals) process.off(signal, interrupt);
  };
  const interrupt = (signal: StopSignal): void => {
    stop();
    listener(signal);
  };
  for (const signal of signals) process.on(signal, interrupt);
  return stop;
}

/** A signal stopped an experiment. */
export class Interrupted extends Error {
  override name = "Interrupted";
}
