import { DataError } from "./data-error.js";

const newline = 0x0a;

/**
 * The text of UTF-8 bytes, without a byte order mark.
 *
 * @param name - of the file, for the message
 * @throws DataError where the bytes are not UTF-8: names the file, the line and the byte
 */
export function decodeText(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw invalidUtf8(bytes, name) ?? error;
  }
}

/**
 * The lines of a text: what stands between line feeds (U+000A), without a carriage return before the line feed. Other
 * characters that some programs take for line ends (U+0085, U+2028, …) are part of the line. A line feed at the very end
 * starts no further line.
 *
 * @param bytes - UTF-8, with or without a byte order mark
 * @param name - of the file, for the message
 * @throws DataError where the bytes are not UTF-8: names the file, the line and the byte
 */
export function decodeLines(bytes: Uint8Array, name: string): string[] {
  const lines = decodeText(bytes, name).split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines.map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
}

/** Where the bytes stop being UTF-8; undefined where they do not. */
function invalidUtf8(bytes: Uint8Array, name: string): DataError | undefined {
  const at = firstInvalidByte(bytes);
  if (at === undefined) return undefined;
  const before = bytes.subarray(0, at);
  const line = before.reduce((count, byte) => (byte === newline ? count + 1 : count), 1);
  const column = at - before.lastIndexOf(newline);
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const hex = `0x${(bytes[at] as number).toString(16).toUpperCase().padStart(2, "0")}`;
  return new DataError(
    `${name}:${line}: not valid UTF-8: byte ${column} of the line (offset ${at} in the file) is ${hex}.${utf16 ? " The file looks like UTF-16." : ""} Save the file as UTF-8.`,
  );
}

/** The offset at which the first malformed character starts. */
function firstInvalidByte(bytes: Uint8Array): number | undefined {
  // ignoreBOM keeps the mark as a character, so that every complete character gives output.
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let start = 0;
  for (let i = 0; i < bytes.length; i++) {
    try {
      if (decoder.decode(bytes.subarray(i, i + 1), { stream: true }) !== "") start = i + 1;
    } catch {
      return start;
    }
  }
  return start < bytes.length ? start : undefined;
}
