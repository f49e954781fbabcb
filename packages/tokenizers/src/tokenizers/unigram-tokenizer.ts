import { defineTokenizer } from "../define-tokenizer.js";
import { unigramOptions } from "../unigram/unigram-options.js";

/**
 * The definition of the tokenizer `unigram`: subwords by a unigram language model (Kudo 2018, arXiv:1804.10959). Each token
 * has a probability, and the most probable segmentation of a text is its encoding. Training starts with all frequent parts
 * of words, estimates their probabilities by expectation maximisation, and removes the parts that matter least until the
 * vocabulary has its size.
 *
 * Its JSON is a `tokenizer.json` that the Hugging Face library `tokenizers` reads, with the same ids. With a generator,
 * `encode` draws a segmentation (subword regularisation). The code is loaded when the tokenizer is trained or read.
 *
 * @example
 * const tokenizer = await unigramTokenizer.train(lines, { vocabularySize: 8000, hangul: "jamo" });
 * tokenizer.encode("the lowest", { random: new Random(1) }); // tokens such as "▁the", "▁low", "est"
 */
export const unigramTokenizer = defineTokenizer({
  name: "unigram",
  summary: "subwords by a unigram language model, with bytes for unknown characters",
  maxLength: 100,
  options: unigramOptions,
  train: async (lines, options) => (await import("../unigram/train-unigram.js")).trainUnigram(lines, options),
  fromJSON: async (json) => (await import("../unigram/unigram.js")).readUnigram(json),
});
