import type { OutputStream } from "./io.js";

/** A control character (C0, DEL, C1), with the rest of a style after ESC; or a character that reorders what is shown. */
const suspects = /(\p{Cc})(\[[\d;]*m)?|[\u202a-\u202e\u2066-\u2069]/gu;
/** The styles that heed writes: reset, bold, dim, and colours of text and background. */
const styles = /^\[(?:0?|1|2|22|3[0-79]|39|4[0-79]|49|[34]8;2;\d{1,3};\d{1,3};\d{1,3})m$/;

/**
 * Returns text that cannot control a terminal: control characters and those that change the direction of text are written
 * as `\u001b`. Line breaks, tabs and the styles of heed stay.
 *
 * @example
 * terminalSafe("a\u009b2J"); // "a\\u009b2J"
 */
export function terminalSafe(text: string): string {
  return text.replace(suspects, (whole: string, control: string | undefined, style = "") => {
    if (whole === "\n" || whole === "\t") return whole;
    if (control === "\u001b" && styles.test(style)) return whole;
    return `\\u${whole.charCodeAt(0).toString(16).padStart(4, "0")}${style}`;
  });
}

/** Writes text for a person: safe text to a terminal, the text as it is to a file or pipe. */
export function writeTo(stream: OutputStream, text: string): void {
  stream.write(stream.isTTY === true ? terminalSafe(text) : text);
}

/** Writes a message to standard error. It is safe text in a file or pipe too: logs are read in terminals. */
export function writeMessage(stream: OutputStream, text: string): void {
  stream.write(terminalSafe(text));
}

/** Returns text without line breaks, for output with one line for each line of the input. */
export function oneLine(text: string): string {
  return text.replace(/[\n\v\f\r\u0085\u2028\u2029]+/g, " ");
}
