import type { Random } from "@heed/core";
import { decodedTokens } from "../decoded-tokens.js";
import type { Encoding, Tokenizer } from "../tokenizer.js";
import type { Vocabulary } from "../vocabulary.js";
import { tokensOfBytes } from "./byte-tokens.js";
import { type TokenizerFileParts, writeTokenizerFile } from "./tokenizer-file.js";

/** The parts of a subword tokenizer. */
export interface SubwordParts extends TokenizerFileParts {
  /**
   * Cuts a piece of text into tokens. Characters that are not in the vocabulary are returned as they are.
   * @param random - draws the segmentation; without it, the segmentation is always the same
   */
  segment(piece: string, random?: Random): readonly string[];
}

/** Number of pieces whose tokens are kept. */
const cacheSize = 50_000;

/** Builds a tokenizer that cuts text into pieces, and pieces into subwords. */
export function subwordTokenizer(parts: SubwordParts): Tokenizer {
  const { name, vocabulary, pipeline, options } = parts;
  const cache = new Map<string, readonly Token[]>();
  const tokensOf = (piece: string, random: Random | undefined): readonly Token[] =>
    parts.segment(piece, random).flatMap((token) => knownTokens(token, vocabulary, options.byteFallback));
  const remembered = (piece: string): readonly Token[] => {
    const known = cache.get(piece);
    if (known) return known;
    const tokens = tokensOf(piece, undefined);
    if (cache.size >= cacheSize) cache.clear();
    cache.set(piece, tokens);
    return tokens;
  };
  return {
    ...{ name, vocabulary },
    encode(text, { random } = {}) {
      const encoding: Encoding = { ids: [], tokens: [], words: [] };
      for (const [word, piece] of pipeline.split(text).entries()) {
        for (const { id, token } of random ? tokensOf(piece, random) : remembered(piece)) {
          encoding.ids.push(id);
          encoding.tokens.push(token);
          encoding.words.push(word);
        }
      }
      return encoding;
    },
    decode: (ids, chosen) => pipeline.join(decodedTokens(vocabulary, ids, chosen)),
    toJSON: () => writeTokenizerFile(parts),
  };
}

interface Token {
  readonly id: number;
  readonly token: string;
}

/** Returns a token with its id; its bytes, or `<unk>`, when it is not in the vocabulary. */
function knownTokens(token: string, vocabulary: Vocabulary, byteFallback: boolean): Token[] {
  const id = vocabulary.id(token);
  if (id !== undefined && !vocabulary.isSpecial(id)) return [{ id, token }];
  const parts = byteFallback ? tokensOfBytes(token) : [token];
  return vocabulary.encode(parts).map((each, i) => ({ id: each, token: parts[i]! }));
}
