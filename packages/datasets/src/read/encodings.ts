import { didYouMean, quoted } from "@heed/core";
import { DataError } from "../data-error.js";

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

/**
 * Checks the name of an encoding.
 * @throws DataError when it is not a label of `TextDecoder`
 */
export function assertEncoding(encoding: string): void {
  nativeDecoder(encoding, false);
}

/**
 * Returns the decoder of the platform, which throws a TypeError at bytes that are not valid.
 * @throws DataError when the encoding is not a label of `TextDecoder`
 */
export function nativeDecoder(encoding: string, ignoreBOM: boolean): StreamDecoder & { readonly encoding: string } {
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
