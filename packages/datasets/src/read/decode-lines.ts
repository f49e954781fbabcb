import { DataError } from "../data-error.js";
import { textLimits } from "../limits.js";
import { commonEncodings } from "./encodings.js";
import { likelyEncoding, likelyUtf16 } from "./likely-encoding.js";
import { textDecoder } from "./text-decoder.js";

/** A string has a limited length: text is decoded in parts of this number of bytes. */
const partBytes = 1 << 24;

/**
 * Returns the lines of a text: what stands between line feeds (U+000A), without a carriage return before the line feed.
 * Other characters that some programs take for line ends (U+0085, U+2028, …) are part of the line. A line feed at the very
 * end starts no further line. A byte order mark is left out.
 *
 * @param name - of the file, for the message
 * @param encoding - any label of `TextDecoder`; default `"utf-8"`
 * @throws DataError when a limit of `textLimits` is exceeded, when the label is unknown, or when the bytes are not valid in this encoding: names the file, the line,
 *   the byte, the likely encoding, and the option that reads it
 * @example
 * decodeLines(new TextEncoder().encode("one\r\ntwo\n"), "numbers.txt"); // ["one", "two"]
 */
export function decodeLines(bytes: Uint8Array, name: string, encoding = "utf-8"): string[] {
  const { lineLength } = textLimits;
  const decoder = textDecoder(encoding);
  const lines: string[] = [];
  let rest = "";
  const add = (text: string): void => {
    const parts = (rest + text).split("\n");
    rest = parts.pop() as string;
    for (const line of parts) addLine(line);
    if (rest.length > lineLength) throw tooLong();
  };
  const addLine = (line: string): void => {
    if (line.length > lineLength) throw tooLong();
    lines.push(withoutReturn(line));
    if (lines.length > textLimits.lines) {
      throw new DataError(`${name}: expected at most ${textLimits.lines} lines, got more. Split the file.`);
    }
  };
  const tooLong = (): DataError =>
    new DataError(
      `${name}:${lines.length + 1}: expected a line of at most ${lineLength} characters, got a longer one. Put one sentence on a line.`,
    );
  try {
    if (isUtf8(encoding) && isUtf16Like(bytes)) throw new TypeError("The text has zero bytes.");
    for (let start = 0; start < bytes.length; start += partBytes) {
      add(decoder.decode(bytes.subarray(start, start + partBytes), { stream: true }));
    }
    add(decoder.decode());
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new DataError(faultOf(bytes, name, encoding), { cause: error });
  }
  if (rest !== "") addLine(rest);
  return lines;
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}

/** Returns the name of an encoding that has several labels. */
function canonical(encoding: string): string {
  return new TextDecoder(encoding).encoding;
}

function isUtf8(encoding: string): boolean {
  return canonical(encoding) === "utf-8";
}

/** ASCII in UTF-16 without a byte order mark is valid UTF-8, with a zero byte in each character. */
function isUtf16Like(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 4096).includes(0) && likelyUtf16(bytes) !== undefined;
}

/** Says where the bytes stop being valid, and what to do. */
function faultOf(bytes: Uint8Array, name: string, encoding: string): string {
  const { offset, line } = firstFault(bytes, encoding);
  const hex = `0x${(bytes[offset] ?? 0).toString(16).toUpperCase().padStart(2, "0")}`;
  const label = isUtf8(encoding) ? "UTF-8" : encoding;
  return `${name}:${line}: not valid ${label}: byte ${hex} at offset ${offset}. ${adviceFor(bytes, encoding)}`;
}

function adviceFor(bytes: Uint8Array, encoding: string): string {
  const { offset } = firstFault(bytes, "utf-8");
  if (!isUtf8(encoding) && offset === bytes.length) return "The file is valid UTF-8: set `encoding: utf-8`.";
  const likely = likelyEncoding(bytes, offset);
  if (likely?.encoding === "utf-8" && isUtf8(encoding)) return "Most of the file is UTF-8: correct this line.";
  if (likely === undefined || likely.encoding === canonical(encoding)) {
    return `Save the file as UTF-8, or set \`encoding\` to the encoding of the file, such as ${commonEncodings.slice(1).join(", ")}.`;
  }
  return `The encoding is probably ${likely.encoding}, which gives ${JSON.stringify(likely.example)}: set \`encoding: ${likely.encoding}\`.`;
}

/** Returns the offset and the line at which the first character starts that is not valid; the end when all are valid. */
function firstFault(bytes: Uint8Array, encoding: string): { offset: number; line: number } {
  const step = 1 << 16;
  const scan = textDecoder(encoding);
  let part = 0;
  try {
    for (; part < bytes.length; part += step) scan.decode(bytes.subarray(part, part + step), { stream: true });
    scan.decode();
    return { offset: isUtf8(encoding) && isUtf16Like(bytes) ? bytes.indexOf(0) : bytes.length, line: 1 };
  } catch {
    part = Math.min(part, Math.floor(Math.max(0, bytes.length - 1) / step) * step);
  }
  // Up to the part that fails, in one go; then byte by byte. ignoreBOM keeps the mark as a character, so that every
  // complete character gives output. The 16 bytes before the part have at least one complete character.
  const near = Math.max(0, part - 16);
  const decoder = textDecoder(encoding, { ignoreBOM: true });
  let line = 1;
  const count = (text: string): void => {
    line += text.split("\n").length - 1;
  };
  for (let start = 0; start < near; start += step) {
    count(decoder.decode(bytes.subarray(start, Math.min(start + step, near)), { stream: true }));
  }
  let offset = near;
  for (let i = near; i < bytes.length; i++) {
    try {
      const text = decoder.decode(bytes.subarray(i, i + 1), { stream: true });
      if (text === "") continue;
      count(text);
      offset = i + 1;
    } catch {
      break;
    }
  }
  return { offset, line };
}
