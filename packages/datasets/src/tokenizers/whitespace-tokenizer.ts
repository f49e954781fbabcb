import type { Tokenizer } from "./tokenizer.js";

/**
 * What stands between white space: for text that is tokenised already, and for languages such as Korean that put spaces
 * between words (punctuation stays attached).
 *
 * `detokenize` joins with single spaces: exact but for the kind and number of spaces, and for Unicode NFC.
 *
 * @param options - `lowercase`: lower-case first; default false
 * @example
 * whitespaceTokenizer().tokenize("two young , white males"); // ["two", "young", ",", "white", "males"]
 */
export function whitespaceTokenizer({ lowercase = false }: { lowercase?: boolean | undefined } = {}): Tokenizer {
  return {
    name: "whitespace",
    config: { name: "whitespace", lowercase },
    tokenize(text) {
      const cased = lowercase ? text.toLowerCase() : text;
      return cased
        .normalize("NFC")
        .split(/\s+/u)
        .filter((token) => token !== "");
    },
    detokenize: (tokens) => tokens.join(" "),
  };
}
