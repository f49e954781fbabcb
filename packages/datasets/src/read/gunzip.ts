import { DataError } from "../data-error.js";
import { textLimits } from "../limits.js";
import { collectBytes } from "./collect-bytes.js";

/**
 * Returns the bytes of a file, decompressed when they start with the signature of gzip (`1f 8b`), whatever its name.
 *
 * @param name - of the file, for the message
 * @throws DataError when the compressed data is damaged or incomplete, or decompresses to more than `textLimits.bytes`
 */
export async function gunzip(bytes: Uint8Array, name: string): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream("gzip"));
    return await collectBytes(chunksOf(stream), name, textLimits.bytes);
  } catch (error) {
    if (error instanceof DataError) throw error;
    const { message, cause } = error as Error;
    const reason = message || (cause instanceof Error ? cause.message : "unknown fault");
    throw new DataError(
      `${name}: the gzip data is damaged, incomplete, or has several parts (${reason}). Copy the file again, or decompress it with gunzip.`,
      { cause: error },
    );
  }
}

/** Safari cannot iterate over a stream. */
async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel();
  }
}
