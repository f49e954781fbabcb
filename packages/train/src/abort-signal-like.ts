/**
 * The part of an `AbortSignal` that training and translation read: pass the `signal` of an `AbortController`. Declared here
 * because `AbortSignal` exists only with the types of the DOM or of Node.
 */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason: unknown;
  /** @throws the reason, when the signal is aborted */
  throwIfAborted(): void;
}
