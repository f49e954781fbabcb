import { UnknownTokenError } from "./data-error.js";
import type { EncodedPair } from "./sequence-pair.js";
import type { Vocabulary } from "./vocabulary.js";

/**
 * Turns both sides of every pair into ids, without `<sos>` and `<eos>`, which batching adds.
 *
 * @throws UnknownTokenError where a vocabulary lacks a token and has no `<unk>`: names pair, side, token and position
 */
export function encodePairs(
  pairs: readonly {
    readonly source: readonly string[];
    readonly target: readonly string[];
    readonly line?: number | undefined;
  }[],
  vocabularies: { readonly source: Vocabulary; readonly target: Vocabulary },
): EncodedPair[] {
  return pairs.map((pair, i) => {
    const encode = (side: "source" | "target") => {
      try {
        return vocabularies[side].encode(pair[side]);
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
