import { byteTokens } from "../subword/byte-tokens.js";
import { alphabetOf, countPieces } from "../subword/count-pieces.js";
import { textPipeline } from "../subword/text-pipeline.js";
import type { Tokenizer } from "../tokenizer.js";
import { TokenizerError } from "../tokenizer-error.js";
import { Vocabulary } from "../vocabulary.js";
import { bpeOf } from "./bpe.js";
import type { BpeOptions } from "./bpe-options.js";
import { learnMerges } from "./learn-merges.js";
import { Merges } from "./merges.js";

/**
 * Trains the tokenizer `bpe`.
 *
 * @param lines - sentences of the training data
 * @throws TokenizerError when the vocabulary has no room for characters
 */
export function trainBpe(lines: Iterable<string>, options: BpeOptions): Tokenizer {
  const { vocabularySize, byteFallback, coverage, minFrequency, maxLines } = options;
  const base = byteFallback ? byteTokens : [];
  const specials = Vocabulary.of([]).size;
  const room = vocabularySize - specials - base.length;
  if (room < 1) {
    throw new TokenizerError(
      `vocabularySize of the tokenizer bpe must be at least ${specials + base.length + 1}, because it counts ${specials} special tokens and ${base.length} bytes, got ${vocabularySize}. Set it to a larger number${byteFallback ? ", or byteFallback to false" : ""}.`,
    );
  }
  const pieces = countPieces(lines, textPipeline(options), maxLines);
  const alphabet = alphabetOf(pieces, coverage, room);
  const tokens = [...Vocabulary.of([...base, ...alphabet]).tokens];
  const merges = learnMerges(pieces, tokens, { size: vocabularySize, minFrequency });
  return bpeOf({ vocabulary: Vocabulary.fromTokens(tokens), merges: new Merges(merges), options });
}
