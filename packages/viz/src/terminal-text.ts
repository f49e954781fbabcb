import stringWidth from "string-width";

/** Columns that a text takes in a terminal: 2 for a Hangul syllable, 0 for a combining mark. */
export function columns(text: string): number {
  return stringWidth(text);
}

/** Fills a text with spaces on its left, up to a number of terminal columns. */
export function padStart(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - columns(text))) + text;
}

/** Fills a text with spaces on its right, up to a number of terminal columns. */
export function padEnd(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - columns(text)));
}

/** Fills a text with spaces on both sides, up to a number of terminal columns. */
export function padCenter(text: string, width: number): string {
  const left = Math.max(0, (width - columns(text)) >> 1);
  return padEnd(" ".repeat(left) + text, width);
}

/** A text in a 24-bit foreground colour `#rrggbb`, for a terminal. */
export function paint(text: string, color: string): string {
  const channel = (at: number) => Number.parseInt(color.slice(at, at + 2), 16);
  return `\u001b[38;2;${channel(1)};${channel(3)};${channel(5)}m${text}\u001b[0m`;
}
