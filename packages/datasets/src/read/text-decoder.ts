import { nativeDecoder, type StreamDecoder } from "./encodings.js";
import { KoreanDecoder, knowsAllSyllables } from "./korean-decoder.js";

// Node 20 decodes windows-1252 as ISO 8859-1: what stands at 0x80 … 0x9f becomes a control character.
const windows1252 = "€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ";

/**
 * Returns a strict decoder that behaves as in browsers: Node lacks some characters of `euc-kr` and `windows-1252`.
 *
 * @param encoding - any label of `TextDecoder`
 * @param options - `ignoreBOM: true` keeps a byte order mark as a character
 * @throws DataError when the label is unknown
 */
export function textDecoder(encoding: string, { ignoreBOM = false }: { ignoreBOM?: boolean } = {}): StreamDecoder {
  const decoder = nativeDecoder(encoding, ignoreBOM);
  if (decoder.encoding === "euc-kr" && !knowsAllSyllables()) return new KoreanDecoder();
  if (decoder.encoding !== "windows-1252") return decoder;
  return {
    decode: (bytes, options) =>
      decoder.decode(bytes, options).replace(/[\x80-\x9f]/g, (control) => windows1252[control.charCodeAt(0) - 0x80]!),
  };
}
