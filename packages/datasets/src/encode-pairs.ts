import { type Tokenizer, UnknownTokenError } from "@heed/tokenizers";
import type { EncodedPair } from "./sequence-pair.js";

/**
 * Encodes both sides of every pair, without `<sos>` and `<eos>`, which batching adds. Line numbers stay with their pairs.
 *
 * @throws UnknownTokenError when a vocabulary has neither a token nor `<unk>`; names pair, side, token and position
 * @example
 * const pairs = encodePairs([{ source: "나는 간다.", target: "I go." }], { source, target });
 */
export function encodePairs(
  pairs: readonly { readonly source: string; readonly target: string; readonly line?: number | undefined }[],
  tokenizers: { readonly source: Tokenizer; readonly target: Tokenizer },
): EncodedPair[] {
  return pairs.map((pair, i) => {
    const encode = (side: "source" | "target") => {
      try {
        return tokenizers[side].encode(pair[side]).ids;
      } catch (error) {
        if (!(error instanceof UnknownTokenError)) throw error;
        const place = pair.line === undefined ? `Pair ${i + 1}` : `Line ${pair.line}`;
        throw new UnknownTokenError(`${place}, ${side}: ${error.message}`, error.token, error.position);
      }
    };
    const { line } = pair;
    return { source: encode("source"), target: encode("target"), ...(line === undefined ? {} : { line }) };
  });
}
