import { byteTokens } from "../subword/byte-tokens.js";
import { readVocabulary } from "../subword/read-vocabulary.js";
import { subwordTokenizer } from "../subword/subword-tokenizer.js";
import { textPipeline } from "../subword/text-pipeline.js";
import { readTokenizerFile, wrong } from "../subword/tokenizer-file.js";
import type { Tokenizer } from "../tokenizer.js";
import type { TokenizerJSON } from "../tokenizer-json.js";
import { specialTokens, type Vocabulary } from "../vocabulary.js";
import { type BpeOptions, bpeOptions } from "./bpe-options.js";
import { type Merge, Merges } from "./merges.js";

/** A trained BPE model. */
export interface BpeModel {
  readonly vocabulary: Vocabulary;
  readonly merges: Merges;
  readonly options: BpeOptions;
}

/** Builds the tokenizer `bpe` of a trained model. */
export function bpeOf({ vocabulary, merges, options }: BpeModel): Tokenizer {
  const { tokens } = vocabulary;
  const { dropout, byteFallback } = options;
  return subwordTokenizer({
    ...{ name: "bpe", vocabulary, options, pipeline: textPipeline(options) },
    segment(piece, random) {
      const characters = Array.from(piece);
      let start = 0;
      return merges
        .apply(
          characters.map((character) => vocabulary.id(character) ?? -1),
          dropout,
          random,
        )
        .map(({ id, length }) => {
          start += length;
          return tokens[id] ?? characters[start - 1]!;
        });
    },
    model: () => ({
      ...{ type: "BPE", dropout: null, unk_token: specialTokens.unk },
      ...{ continuing_subword_prefix: null, end_of_word_suffix: null },
      ...{ fuse_unk: false, byte_fallback: byteFallback, ignore_merges: false },
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges: merges.list.map(({ left, right }) => [tokens[left]!, tokens[right]!]),
    }),
  });
}

/**
 * Reads a `tokenizer.json` of the tokenizer `bpe`.
 * @throws TokenizerError when a property is wrong; names it
 */
export function readBpe(json: TokenizerJSON): Tokenizer {
  return readTokenizerFile<BpeOptions>(json, {
    type: "BPE",
    definition: { name: "bpe", options: bpeOptions },
    build(model, options) {
      const vocabulary = readVocabulary(model.vocab);
      return bpeOf({ vocabulary, merges: new Merges(readMerges(model.merges, vocabulary)), options });
    },
  });
}

function readMerges(list: unknown, vocabulary: Vocabulary): Merge[] {
  if (!Array.isArray(list)) throw wrong("model.merges", "a list", list);
  const merges = list.map((pair: unknown, i) => {
    const expected = "two tokens of the vocabulary whose concatenation is a token as well";
    if (!Array.isArray(pair) || pair.length !== 2) throw wrong(`model.merges.${i}`, expected, pair);
    const [left, right, merged] = [pair[0], pair[1], `${pair[0]}${pair[1]}`].map((token) => vocabulary.id(token));
    if (left === undefined || right === undefined || merged === undefined)
      throw wrong(`model.merges.${i}`, expected, pair);
    return { left, right, merged };
  });
  const made = new Set(merges.map(({ merged }) => merged));
  const missing = vocabulary.tokens.find((token, id) => !made.has(id) && !isBasic(token, id, vocabulary));
  if (missing === undefined) return merges;
  throw wrong(
    "model.merges",
    `pairs that make every token, such as ${JSON.stringify(missing)}`,
    `${list.length} pairs`,
  );
}

/** Returns whether a token exists without a merge: a character, a byte or a special token. */
function isBasic(token: string, id: number, vocabulary: Vocabulary): boolean {
  return vocabulary.isSpecial(id) || Array.from(token).length === 1 || byteTokens.includes(token);
}
