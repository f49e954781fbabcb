import type { SequencePair } from "./sequence-pair.js";
import type { Tokenizer } from "./tokenizers/tokenizer.js";

/** Cuts both sides of every pair into tokens; line numbers stay with their pairs. */
export function tokenizePairs(
  pairs: readonly { readonly source: string; readonly target: string; readonly line?: number | undefined }[],
  tokenizers: { readonly source: Tokenizer; readonly target: Tokenizer },
): SequencePair[] {
  return pairs.map(({ source, target, line }) => ({
    source: tokenizers.source.tokenize(source),
    target: tokenizers.target.tokenize(target),
    ...(line === undefined ? {} : { line }),
  }));
}
