import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { cli } from "../cli.js";
import type { Io } from "../io.js";
import type { StopSignal } from "../on-interrupt.js";

/** What a call of the program did. */
export interface CliRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The lines of standard output as NDJSON. */
  readonly events: () => Record<string, unknown>[];
}

interface CliSetting {
  readonly input?: string | Uint8Array;
  /** Standard output is a terminal; "all": standard error too. */
  readonly tty?: boolean | "all";
  readonly columns?: number;
  readonly env?: Record<string, string>;
  /** The signal arrives as soon as this is written to standard output. */
  readonly interruptAt?: RegExp;
  /** Default: SIGINT. */
  readonly signal?: StopSignal;
}

/** Calls the program in this process, with streams of its own. */
export async function runCli(argv: readonly string[], setting: CliSetting = {}): Promise<CliRun> {
  const { input = "", tty = false, columns = 80, env = {}, interruptAt, signal = "SIGINT" } = setting;
  let interrupt: (() => void) | undefined;
  let out = "";
  let err = "";
  const terminal = { isTTY: true, columns, getColorDepth: () => 24 };
  const stdout = sink((text) => {
    out += text;
    if (interruptAt?.test(out)) interrupt?.();
  });
  const stderr = sink((text) => {
    err += text;
  });
  const io: Io = {
    stdin: Readable.from([Buffer.from(input)], { objectMode: false }),
    stdout: Object.assign(stdout, tty !== false ? terminal : {}),
    stderr: Object.assign(stderr, tty === "all" ? terminal : {}),
    env,
    invocation: "heed",
    onInterrupt(listener) {
      interrupt = () => {
        interrupt = undefined;
        listener(signal);
      };
      return () => undefined;
    },
  };
  const code = await cli(argv, io);
  const events = (): Record<string, unknown>[] =>
    out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { code, stdout: out, stderr: err, events };
}

/** A stream that hands over what is written to it. */
function sink(take: (text: string) => void): Writable {
  return new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _encoding, done) {
      take(chunk.toString());
      done();
    },
  });
}

/**
 * A folder for a test file.
 * @param afterAll - vitest's, which removes it when the file's tests have run
 */
export async function temporaryFolder(afterAll: (clean: () => Promise<void>) => void): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "heed-cli-"));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
