import type { Io } from "./io.js";
import type { StopSignal } from "./on-interrupt.js";
import type { Output } from "./output.js";

/** Whether Ctrl-C or a signal asked a training to stop after its current step. */
export class StopRequest {
  readonly #controller = new AbortController();
  readonly #stopListening: () => void;
  #stoppedBy: StopSignal = "SIGINT";

  /** @param onStop - called before the message, for example to remove a progress bar */
  constructor(io: Io, output: Output, onStop: () => void) {
    this.#stopListening = io.onInterrupt((signal) => {
      this.#stoppedBy = signal;
      this.#controller.abort();
      onStop();
      output.print("Stopping after this step. Press Ctrl-C again to stop at once.");
    });
  }

  /** Aborted by the request. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** What asked to stop; SIGINT before the request. */
  get stoppedBy(): StopSignal {
    return this.#stoppedBy;
  }

  /** Gives signals their default effect again. */
  close(): void {
    this.#stopListening();
  }
}
