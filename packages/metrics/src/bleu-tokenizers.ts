import { splitWords, trimEnd } from "./ngrams.js";

/**
 * How {@link bleu} splits a line into words: `13a` as mteval-v13a.pl does, `intl` as mteval-v14.pl does (any punctuation and
 * symbol of Unicode), `char` into code points (for Korean, Chinese and Japanese), `none` at white space alone.
 */
export type BleuTokenizer = "13a" | "intl" | "char" | "none";

/** The tokenizers by name. */
export const bleuTokenizers: Readonly<Record<BleuTokenizer, (line: string) => string[]>> = {
  none: (line) => splitWords(line),
  "13a": tokenize13a,
  intl: tokenizeIntl,
  char: (line) => splitWords(Array.from(line).join(" ")),
};

/** Applies the "13a" rules: NIST's mteval-v13a.pl as sacreBLEU applies them. */
function tokenize13a(line: string): string[] {
  const plain = trimEnd(line)
    .replaceAll("<skipped>", "")
    .replaceAll("-\n", "")
    .replaceAll("\n", " ")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">");
  return splitWords(
    ` ${plain} `
      .replace(/([{-~[-` -&(-+:-@/])/gu, " $1 ") // ASCII punctuation, but for ' , - .
      .replace(/([^0-9])([.,])/gu, "$1 $2 ") // a period or comma, unless a digit stands before it
      .replace(/([.,])([^0-9])/gu, " $1 $2") // … or after it
      .replace(/([0-9])(-)/gu, "$1 $2 "), // a dash after a digit
  );
}

/** Applies the "intl" rules: mteval-v14.pl as sacreBLEU applies them. */
function tokenizeIntl(line: string): string[] {
  return splitWords(
    trimEnd(line)
      .replace(/(\P{N})(\p{P})/gu, "$1 $2 ") // punctuation, unless a digit stands before it
      .replace(/(\p{P})(\P{N})/gu, " $1 $2") // … or after it
      .replace(/(\p{S})/gu, " $1 "), // symbols
  );
}
