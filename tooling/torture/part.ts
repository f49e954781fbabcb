import type { Random } from "@heed/core";

/** What a torture part gets from the driver. */
export interface Bench {
  /** The root of the workspace. */
  readonly root: string;
  /** An empty folder for the files of the part. It is removed at the end. */
  readonly folder: string;
  /** Adds to a count of the table, such as `kills`. */
  count(what: string, howMany?: number): void;
  /** Returns whether the time of the part is over. A long round returns early then. */
  over(): boolean;
}

/** A part that was started. */
export interface Session {
  /**
   * Does one round of work. Everything random is drawn from `random`, so that the round can be repeated.
   * @throws when heed fails; the message says what was expected and what happened, {@link TortureError} adds files
   */
  round(random: Random, number: number): Promise<void> | void;
  /** Checks what holds only after all rounds, such as flat memory, and releases what the part holds. */
  end?(): Promise<void> | void;
}

/** A part of the torture run. */
export interface Part {
  readonly name: string;
  /** One line for `--help`. */
  readonly summary: string;
  /**
   * Prepares the part.
   * @returns the session, or the reason why this machine cannot run the part
   */
  start(bench: Bench): Promise<Session | string>;
}

/** An error of a round, with the files that caused it. They are written beside the report. */
export class TortureError extends Error {
  override name = "TortureError";

  constructor(
    message: string,
    readonly files: Readonly<Record<string, string | Uint8Array>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
