import type { Readable, Writable } from "node:stream";
import type { StopSignal } from "./on-interrupt.js";

/** A stream to write to, which may be a terminal. */
export interface OutputStream extends Writable {
  readonly isTTY?: boolean;
  readonly columns?: number;
  getColorDepth?(env?: Record<string, string | undefined>): number;
}

/** A stream to read from, which may be a keyboard. */
export interface InputStream extends Readable {
  readonly isTTY?: boolean;
}

/** The world around the program: a test gives streams of its own. */
export interface Io {
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** How the user calls this program, for commands that the program proposes: `heed`. */
  readonly invocation: string;
  /** Calls the listener on the first SIGINT or SIGTERM; a second one ends the program. Returns a function that removes it. */
  onInterrupt(listener: (signal: StopSignal) => void): () => void;
}
