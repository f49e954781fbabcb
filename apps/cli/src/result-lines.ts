import { dirname } from "node:path";
import { assertWritableFolder } from "@heed/train/node";
import type { Context } from "./context.js";
import { plural } from "./format.js";
import { replaceFile } from "./replace-file.js";
import { oneLine, writeMessage } from "./terminal-safe.js";

/** Options of commands that write a line for each line of their input. */
export interface ResultOptions {
  /** A file in place of standard output. */
  readonly output?: string;
  readonly quiet?: boolean;
}

/** Where a command writes its lines, its notes, and the errors of lines. */
export interface ResultLines {
  /** Writes a line of the result. */
  write(line: string): void;
  /** Writes a note to standard error; nothing with `--quiet` or `--json`. */
  note(text: string): void;
  /** Reports that a line has no result. */
  error(line: number, message: string): void;
  /** Writes the file of `--output`. */
  close(): Promise<void>;
}

/**
 * Opens the place for results: standard output, or a file, which is written as a whole at the end.
 * @throws HeedError when the folder of the file cannot be written
 */
export async function openResults(
  { output: path, quiet = false }: ResultOptions,
  { io, output }: Context,
): Promise<ResultLines> {
  if (path !== undefined) await assertWritableFolder(dirname(path));
  const lines: string[] = [];
  return {
    write: (line) => (path === undefined ? output.print(oneLine(line)) : lines.push(oneLine(line))),
    note(text) {
      if (!output.json && !quiet) writeMessage(io.stderr, `${text}\n`);
    },
    error(line, message) {
      if (!output.json) writeMessage(io.stderr, `line ${line}: error: ${message}\n`);
    },
    async close() {
      if (path === undefined) return;
      await replaceFile(path, lines.map((line) => `${line}\n`).join(""));
      if (!quiet) output.print(`Wrote ${plural(lines.length, "line")} to ${path}.`);
    },
  };
}
