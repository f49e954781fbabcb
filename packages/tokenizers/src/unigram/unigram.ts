import { tokenizerLimits } from "../limits.js";
import { byteTokens } from "../subword/byte-tokens.js";
import { subwordTokenizer } from "../subword/subword-tokenizer.js";
import { textPipeline } from "../subword/text-pipeline.js";
import { readTokenizerFile, wrong } from "../subword/tokenizer-file.js";
import type { Tokenizer } from "../tokenizer.js";
import type { TokenizerJSON } from "../tokenizer-json.js";
import { Vocabulary } from "../vocabulary.js";
import { Segmenter } from "./segmenter.js";
import { type UnigramOptions, unigramOptions } from "./unigram-options.js";

/** A trained unigram model. */
export interface UnigramModel {
  readonly vocabulary: Vocabulary;
  /** The logarithm of the probability of each token; 0 for special tokens and bytes, which segmentation does not use. */
  readonly scores: readonly number[];
  readonly options: UnigramOptions;
}

/** Builds the tokenizer `unigram` of a trained model. */
export function unigramOf({ vocabulary, scores, options }: UnigramModel): Tokenizer {
  const { tokens } = vocabulary;
  const unused = new Set(byteTokens);
  const segmenter = new Segmenter(
    new Map(
      tokens.flatMap((token, id) => (vocabulary.isSpecial(id) || unused.has(token) ? [] : [[token, scores[id]!]])),
    ),
    scores.reduce((lowest, score) => Math.min(lowest, score), 0),
  );
  return subwordTokenizer({
    ...{ name: "unigram", vocabulary, options, pipeline: textPipeline(options) },
    segment: (piece, random) => (random ? segmenter.sample(piece, options.alpha, random) : segmenter.best(piece)),
    model: () => ({
      ...{ type: "Unigram", unk_id: vocabulary.unkId, byte_fallback: options.byteFallback },
      vocab: tokens.map((token, id) => [token, scores[id]!]),
    }),
  });
}

/**
 * Reads a `tokenizer.json` of the tokenizer `unigram`.
 * @throws TokenizerError when a property is wrong; names it
 */
export function readUnigram(json: TokenizerJSON): Tokenizer {
  return readTokenizerFile<UnigramOptions>(json, {
    type: "Unigram",
    definition: { name: "unigram", options: unigramOptions },
    build({ vocab }, options) {
      const { vocabulary: limit } = tokenizerLimits;
      if (!Array.isArray(vocab) || vocab.length > limit)
        throw wrong("model.vocab", `a list of at most ${limit} pairs of token and score`, vocab);
      for (const [id, pair] of (vocab as unknown[]).entries()) {
        if (!Array.isArray(pair) || typeof pair[0] !== "string" || !Number.isFinite(pair[1]) || pair[1] > 0)
          throw wrong(`model.vocab.${id}`, "a token and its score, a number of at most 0", pair);
      }
      const pairs = vocab as [string, number][];
      const vocabulary = Vocabulary.fromTokens(pairs.map(([token]) => token));
      return unigramOf({ vocabulary, scores: pairs.map(([, score]) => score), options });
    },
  });
}
