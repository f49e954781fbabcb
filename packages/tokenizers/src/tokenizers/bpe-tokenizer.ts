import { bpeOptions } from "../bpe/bpe-options.js";
import { defineTokenizer } from "../define-tokenizer.js";

/**
 * The definition of the tokenizer `bpe`: subwords by byte pair encoding (Sennrich et al. 2016, arXiv:1508.07909). Training
 * starts with characters and merges the most frequent pair of neighbours until the vocabulary is full.
 *
 * Its JSON is a `tokenizer.json` that the Hugging Face library `tokenizers` reads, with the same ids. With a generator,
 * `encode` leaves out merges at random (BPE dropout, Provilkov et al. 2020, arXiv:1910.13267). The code is loaded when the
 * tokenizer is trained or read.
 *
 * @example
 * const tokenizer = await bpeTokenizer.train(lines, { vocabularySize: 8000 });
 * tokenizer.encode("the lowest"); // tokens such as "▁the", "▁low", "est"
 */
export const bpeTokenizer = defineTokenizer({
  name: "bpe",
  summary: "subwords by byte pair encoding, with bytes for unknown characters",
  maxLength: 100,
  options: bpeOptions,
  train: async (lines, options) => (await import("../bpe/train-bpe.js")).trainBpe(lines, options),
  fromJSON: async (json) => (await import("../bpe/bpe.js")).readBpe(json),
});
