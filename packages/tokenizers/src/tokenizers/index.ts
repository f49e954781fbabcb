// Written by `pnpm generate` from the files of this folder: edit those, then run it again.
import { bpeTokenizer } from "./bpe-tokenizer.js";
import { characterTokenizer } from "./character-tokenizer.js";
import { unigramTokenizer } from "./unigram-tokenizer.js";
import { whitespaceTokenizer } from "./whitespace-tokenizer.js";
import { wordTokenizer } from "./word-tokenizer.js";

/** What stands in this folder, sorted by file name. */
export const builtInTokenizers = [
  bpeTokenizer,
  characterTokenizer,
  unigramTokenizer,
  whitespaceTokenizer,
  wordTokenizer,
] as const;

export { bpeTokenizer, characterTokenizer, unigramTokenizer, whitespaceTokenizer, wordTokenizer };
