import { ArgumentError, shownArgument } from "@heed/core";

/**
 * Returns the lines that a tokenizer is trained on, and checks each of them.
 * @throws ArgumentError when they are not texts
 */
export function* checkedLines(lines: Iterable<string>): Generator<string> {
  if (typeof lines === "string" || typeof lines?.[Symbol.iterator] !== "function") {
    throw new ArgumentError(`train: lines must be a list of texts, got ${shownArgument(lines)}.`);
  }
  for (const line of lines) {
    if (typeof line !== "string") throw new ArgumentError(`train: a line must be a text, got ${shownArgument(line)}.`);
    yield line;
  }
}
