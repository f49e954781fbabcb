import { quoted, SafetensorsError } from "./safe-tensor.js";

/** header > tensor > shape: nothing in a sound header is nested deeper. */
const MAX_DEPTH = 3;

/**
 * The JSON object of a safetensors header.
 *
 * `JSON.parse` alone is not enough: of two equal keys it keeps the last, so two readers could see two different
 * files, and some engines run out of stack on deep nesting. Both are refused before it runs.
 *
 * @throws {SafetensorsError} when the bytes are not UTF-8, not JSON, or not an object.
 */
export function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  if (bytes[0] !== 0x7b) {
    throw new SafetensorsError('the header must begin with "{": this is not a safetensors file, or it is damaged');
  }
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new SafetensorsError("the header is not UTF-8: this is not a safetensors file, or it is damaged");
  }
  try {
    checkNesting(text);
    return JSON.parse(text) as Record<string, unknown>; // begins with "{": an object, or a syntax error
  } catch (error) {
    if (error instanceof SafetensorsError) throw error;
    throw new SafetensorsError(`the header is not JSON: ${String(error).slice(0, 200)}`, { cause: error });
  }
}

/** Refuses duplicate keys and deep nesting; what else is wrong with the text, `JSON.parse` finds. */
function checkNesting(text: string): void {
  const open: (Set<string> | null)[] = []; // the keys of each open object, null for an array
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "{" || character === "[") {
      open.push(character === "{" ? new Set() : null);
      if (open.length > MAX_DEPTH) {
        throw new SafetensorsError(`the header is nested deeper than ${MAX_DEPTH} levels, at character ${at}`);
      }
    } else if (character === "}" || character === "]") {
      open.pop();
    } else if (character === '"') {
      const end = endOfString(text, at);
      if (isKey(text, end)) addKey(open.at(-1), JSON.parse(text.slice(at, end)) as string);
      at = end - 1;
    }
  }
}

/** The index behind the string that opens at `start`. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}

function isKey(text: string, end: number): boolean {
  let at = end;
  while (text[at] === " " || text[at] === "\t" || text[at] === "\n" || text[at] === "\r") at++;
  return text[at] === ":";
}

function addKey(keys: Set<string> | null | undefined, key: string): void {
  if (keys?.has(key)) throw new SafetensorsError(`the header has the key ${quoted(key)} twice`);
  keys?.add(key);
}
