import { styleText } from "node:util";
import type { Io, OutputStream } from "./io.js";
import type { LogFile } from "./progress/log-file.js";
import { writeTo } from "./terminal-safe.js";

/** A terminal this wide is assumed where there is none. */
const DEFAULT_WIDTH = 80;
/** No layout works in less. */
const LEAST_WIDTH = 40;

/** One line of NDJSON. */
export interface JsonEvent {
  readonly event: string;
}

/** Where the lines for a person go besides standard output. */
export interface Sinks {
  /** Write no lines to standard output. */
  readonly quiet?: boolean;
  /** Gets every line, also with `quiet` and `--json`. */
  readonly log?: LogFile | undefined;
}

/** Where a command's results go: words for a person, or NDJSON for a program; never both. */
export class Output {
  readonly #io: Io;
  readonly #sinks: Sinks;

  constructor(
    io: Io,
    /** Standard output carries NDJSON and nothing else. */
    readonly json: boolean,
    sinks: Sinks = {},
  ) {
    this.#io = io;
    this.#sinks = sinks;
  }

  /** Returns the same output with other sinks. */
  with(sinks: Sinks): Output {
    return new Output(this.#io, this.json, sinks);
  }

  /** Writes an event, with `--json`. */
  event<E extends JsonEvent>(event: E): void {
    if (this.json) writeTo(this.#io.stdout, `${JSON.stringify(event)}\n`);
  }

  /** Writes lines for a person, without `--json`. */
  print(text = ""): void {
    this.log(text);
    if (!this.json && !this.#sinks.quiet) writeTo(this.#io.stdout, `${text}\n`);
  }

  /** Writes lines to the log only, if there is one. */
  log(text: string): void {
    this.#sinks.log?.write(text);
  }

  /** The stream for a person, where a progress bar may draw; undefined where nobody looks. */
  get terminal(): OutputStream | undefined {
    return !this.json && !this.#sinks.quiet && this.#io.stdout.isTTY === true ? this.#io.stdout : undefined;
  }

  /** Columns that a table may take: where no terminal breaks lines, nor does the table. */
  get tableWidth(): number {
    return this.#io.stdout.isTTY === true ? this.width : Number.POSITIVE_INFINITY;
  }

  /** Columns that a picture may take. */
  get width(): number {
    return Math.max(LEAST_WIDTH, this.#io.stdout.columns ?? DEFAULT_WIDTH);
  }

  /** Colours words, where the output shows colours. */
  get paint(): Paint {
    return painter(colorDepth(this.#io.stdout, this.#io.env) >= 4);
  }

  /** Whether the 16 million colours of a heatmap can be shown. */
  get trueColor(): boolean {
    return colorDepth(this.#io.stdout, this.#io.env) >= 24;
  }
}

/** Bits of colour that a stream shows: 1 means none. `NO_COLOR` and `FORCE_COLOR` as everywhere. */
export function colorDepth(stream: OutputStream, env: Io["env"]): number {
  if (env.NO_COLOR) return 1;
  if (env.FORCE_COLOR) return env.FORCE_COLOR === "0" ? 1 : 24;
  if (stream.isTTY !== true) return 1;
  return stream.getColorDepth?.(env) ?? 1;
}

type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

/** Gives a text a style, or leaves it alone where there are no colours. */
export type Paint = (style: Style, text: string) => string;

/** A {@link Paint} that paints, or does not. */
export function painter(color: boolean): Paint {
  return (style, text) => (color ? styleText(style, text, { validateStream: false }) : text);
}
