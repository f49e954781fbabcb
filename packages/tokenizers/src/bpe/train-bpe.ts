import { trainingPieces } from "../subword/training-pieces.js";
import type { Tokenizer } from "../tokenizer.js";
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
  const { vocabularySize, minFrequency } = options;
  const { base, pieces, alphabet } = trainingPieces("bpe", lines, options);
  const tokens = [...Vocabulary.of([...base, ...alphabet]).tokens];
  const merges = learnMerges(pieces, tokens, { size: vocabularySize, minFrequency });
  return bpeOf({ vocabulary: Vocabulary.fromTokens(tokens), merges: new Merges(merges), options });
}
