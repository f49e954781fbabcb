import { HeedError } from "@heed/core";
import { type Tokenizer, Vocabulary, whitespaceTokenizer } from "@heed/tokenizers";

/**
 * The names of the first `count` symbols: `a` … `z`, then `aa`, `ab`, …, as the columns of a spreadsheet.
 *
 * @throws HeedError where the count is not a whole number of at least 1
 */
export function symbolNames(count: number): string[] {
  if (!Number.isInteger(count) || count < 1) {
    throw new HeedError(`A task needs a whole number of symbols, at least 1; got ${count}.`);
  }
  return Array.from({ length: count }, (_, rank) => {
    let name = "";
    for (let rest = rank; rest >= 0; rest = Math.floor(rest / 26) - 1) {
      name = String.fromCharCode("a".charCodeAt(0) + (rest % 26)) + name;
    }
    return name;
  });
}

/**
 * Returns the tokenizer of the synthetic tasks: symbols between white space. Its vocabulary is `<pad>`, `<sos>`, `<eos>` and
 * the symbols. There is no `<unk>`, so another symbol is an error.
 *
 * @param symbols - as in the task's options: 8 give the 11 tokens of the copy lesson; default 8
 * @throws HeedError when it is not a positive integer
 * @example
 * taskTokenizer(3).encode("c a b").ids; // [5, 3, 4]
 */
export function taskTokenizer(symbols = 8): Tokenizer {
  return whitespaceTokenizer.of(Vocabulary.of(symbolNames(symbols), { unknown: false }));
}
