import { didYouMean, quoted } from "@heed/core";
import { DataError } from "../data-error.js";
import { KoreanDecoder, knowsAllSyllables } from "./korean-decoder.js";

/** The part of `TextDecoder` that readers use. It throws a TypeError at bytes that are not valid. */
export interface StreamDecoder {
  decode(bytes?: Uint8Array, options?: { stream?: boolean }): string;
}

/** Encodings that messages list. `TextDecoder` knows more. */
export const commonEncodings = [
  "utf-8",
  "utf-16le",
  "euc-kr",
  "shift_jis",
  "euc-jp",
  "gb18030",
  "big5",
  "windows-1252",
  "windows-1251",
] as const;

/** Names that other programs use, and that `TextDecoder` does not know. */
const otherNames: Readonly<Record<string, string>> = {
  cp949: "euc-kr",
  ms949: "euc-kr",
  uhc: "euc-kr",
  euckr: "euc-kr",
  eucjp: "euc-jp",
  cp932: "shift_jis",
  cp936: "gbk",
  cp950: "big5",
  utf16: "utf-16le",
  ansi: "windows-1252",
};

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

/**
 * Checks the name of an encoding.
 * @throws DataError when it is not a label of `TextDecoder`
 */
export function assertEncoding(encoding: string): void {
  nativeDecoder(encoding, false);
}

function nativeDecoder(encoding: string, ignoreBOM: boolean): TextDecoder {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const other = otherNames[encoding.toLowerCase().replace(/[-_ ]/g, "")];
    const hint = other === undefined ? didYouMean(encoding, commonEncodings) : ` Use ${JSON.stringify(other)}.`;
    throw new DataError(
      `encoding must be a label of TextDecoder, got ${JSON.stringify(encoding)}.${hint} Common encodings: ${quoted(commonEncodings)}.`,
      { cause: error },
    );
  }
}
