import stringWidth from "string-width";
import wrapAnsi from "wrap-ansi";

/** A text filled up with spaces to so many columns of a terminal; a Hangul syllable takes two. */
export function pad(text: string, width: number, align: "left" | "right" = "left"): string {
  const spaces = " ".repeat(Math.max(0, width - stringWidth(text)));
  return align === "left" ? text + spaces : spaces + text;
}

/**
 * Rows as aligned columns, two spaces apart. The last column is broken into lines where a row would be wider than the
 * terminal.
 *
 * @param rows - cells by row, the heading included
 */
export function table(rows: readonly (readonly string[])[], width: number): string[] {
  const count = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, i) => Math.max(...rows.map((row) => stringWidth(row[i] ?? ""))));
  const indent = widths.slice(0, -1).reduce((sum, column) => sum + column + 2, 0);
  const room = Math.max(12, width - indent);
  return rows.flatMap((row) => {
    const cells = widths.slice(0, -1).map((column, i) => `${pad(row[i] ?? "", column)}  `);
    const [first = "", ...rest] = wrapAnsi(row[count - 1] ?? "", room).split("\n");
    return [`${cells.join("")}${first}`.trimEnd(), ...rest.map((line) => " ".repeat(indent) + line)];
  });
}

/** A text without characters that could command a terminal. */
export function harmless(text: string): string {
  return text.replace(/(?![\n\t])\p{Cc}/gu, "\ufffd");
}
