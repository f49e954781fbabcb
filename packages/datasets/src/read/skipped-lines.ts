import { DataError } from "../data-error.js";

/** The lines of a file that were left out because they are malformed. */
export interface SkippedLines {
  readonly count: number;
  /** the numbers of the first ten, from 1 */
  readonly lines: readonly number[];
  /** all that in one or two sentences, with the fault of the first line; empty when no line was left out */
  readonly message: string;
}

/** Collects malformed lines: a few do not stop a training, many mean that the file is not what was expected. */
export class LineFaults {
  readonly #lines: number[] = [];
  #first = "";

  /** @param fault - a sentence: what was expected on the line, and what was found */
  add(line: number, fault: string): void {
    if (this.#lines.length === 0) this.#first = fault;
    this.#lines.push(line);
  }

  /**
   * Reports the lines of a file that were left out.
   *
   * @param total - the number of lines that hold data
   * @param advice - what to do when too many are malformed
   * @throws DataError when more than a tenth are malformed
   */
  report(path: string, total: number, advice: string): SkippedLines {
    const count = this.#lines.length;
    const lines = this.#lines.slice(0, 10);
    if (count === 0) return { count, lines, message: "" };
    const list = `${count === 1 ? "line" : "lines"} ${lines.join(", ")}${count > lines.length ? ", …" : ""}`;
    if (count > total / 10) {
      throw new DataError(
        `${path}:${lines[0]}: ${this.#first} ${count} of ${total} lines are malformed (${list}); at most a tenth may be. ${advice}`,
      );
    }
    return {
      count,
      lines,
      message: `Skipped ${count} of ${total} lines of ${path} (${list}). Line ${lines[0]}: ${this.#first}`,
    };
  }
}
