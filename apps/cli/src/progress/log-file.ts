import { closeSync, constants, lstatSync, openSync, readSync, writeSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { HeedError } from "@heed/core";
import { assertWritableFolder, isRunFileName } from "@heed/train/node";
import { terminalSafe } from "../terminal-safe.js";

/** A text file to which lines with time stamps are appended. What it had before stays. */
export class LogFile {
  readonly #path: string;
  readonly #file: number;
  readonly #now: () => Date;

  private constructor(path: string, file: number, now: () => Date) {
    this.#path = path;
    this.#file = file;
    this.#now = now;
  }

  /**
   * Opens a file, and creates it and its folders if they are missing.
   * @throws HeedError when it is not a regular file, has the name of a file of a run, has other content than an earlier log,
   *   or cannot be written
   */
  static async open(path: string, now: () => Date = () => new Date()): Promise<LogFile> {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found && !found.isFile()) {
      throw new HeedError(
        `--log-file must be a regular file, got ${path}, which is another kind. Choose another name.`,
      );
    }
    const name = basename(path).toLowerCase();
    if (isRunFileName(name) || /\.(?:svg|png)$/.test(name)) {
      throw new HeedError(
        `--log-file must not have the name of a file of a run, got ${path}. Choose another name, such as train.log.`,
      );
    }
    if (found && !isLog(path)) {
      throw new HeedError(
        `--log-file must be a new file or an earlier log, got ${path}, which has other content. Choose another name.`,
      );
    }
    await assertWritableFolder(dirname(path));
    await mkdir(dirname(path), { recursive: true });
    const { O_APPEND, O_CREAT, O_NOFOLLOW = 0, O_WRONLY } = constants;
    try {
      return new LogFile(path, openSync(path, O_APPEND | O_CREAT | O_NOFOLLOW | O_WRONLY, 0o666), now);
    } catch (error) {
      throw notWritten(path, error);
    }
  }

  /** Appends the lines of a text, without colours, each with the time (UTC). */
  write(text: string): void {
    const time = this.#now().toISOString();
    const lines = terminalSafe(stripVTControlCharacters(text)).split("\n");
    try {
      writeSync(
        this.#file,
        lines
          .map((line) => `${time}  ${line}`.trimEnd())
          .join("\n")
          .concat("\n"),
      );
    } catch (error) {
      throw notWritten(this.#path, error);
    }
  }

  close(): void {
    closeSync(this.#file);
  }
}

const logStart = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z(?: {2}|\n)/;

/** Tells whether a file is empty, or begins with a line that has a time stamp. */
function isLog(path: string): boolean {
  const start = Buffer.alloc(32);
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    const length = readSync(file, start);
    return length === 0 || logStart.test(start.toString("latin1", 0, length));
  } catch (error) {
    throw notWritten(path, error);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function notWritten(path: string, error: unknown): HeedError {
  return new HeedError(`Cannot write ${path}: ${(error as Error).message}. Free space, or choose another file.`, {
    cause: error,
  });
}
