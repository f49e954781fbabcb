import { TokenizerError } from "../tokenizer-error.js";
import { Vocabulary } from "../vocabulary.js";
import { byteTokens } from "./byte-tokens.js";
import { alphabetOf, countPieces } from "./count-pieces.js";
import type { SubwordOptions } from "./subword-options.js";
import { textPipeline } from "./text-pipeline.js";

/** What the training of a subword tokenizer begins with. */
export interface TrainingPieces {
  /** The tokens of bytes; none without byte fallback. */
  readonly base: readonly string[];
  /** Number of tokens that the vocabulary has room for, besides special tokens and bytes. */
  readonly room: number;
  /** The pieces of the text, with their counts. */
  readonly pieces: ReturnType<typeof countPieces>;
  /** The characters that become tokens. */
  readonly alphabet: ReturnType<typeof alphabetOf>;
}

/**
 * Counts the pieces of a training text, and chooses the characters that become tokens.
 *
 * @param name - the tokenizer, for messages
 * @throws TokenizerError when the vocabulary has no room for characters
 */
export function trainingPieces(name: string, lines: Iterable<string>, options: SubwordOptions): TrainingPieces {
  const { vocabularySize, byteFallback, coverage, maxLines } = options;
  const base = byteFallback ? byteTokens : [];
  const specials = Vocabulary.of([]).size;
  const room = vocabularySize - specials - base.length;
  if (room < 1) {
    throw new TokenizerError(
      `vocabularySize of the tokenizer ${name} must be at least ${specials + base.length + 1}, because it counts ${specials} special tokens and ${base.length} bytes, got ${vocabularySize}. Set it to a larger number${byteFallback ? ", or byteFallback to false" : ""}.`,
    );
  }
  const pieces = countPieces(lines, textPipeline(options), maxLines);
  return { base, room, pieces, alphabet: alphabetOf(pieces, coverage, room) };
}
