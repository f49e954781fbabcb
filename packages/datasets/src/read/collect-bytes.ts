import { DataError } from "../data-error.js";

/**
 * Collects the bytes of a stream.
 *
 * @param name - of what is read, for the message
 * @throws DataError when there are more than `maxBytes`; the rest is not read
 */
export async function collectBytes(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
  maxBytes: number,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of chunks) {
    length += part.byteLength;
    if (length > maxBytes)
      throw new DataError(`${name}: expected at most ${maxBytes} bytes, got more. Split the text.`);
    parts.push(part);
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.byteLength;
  }
  return bytes;
}
