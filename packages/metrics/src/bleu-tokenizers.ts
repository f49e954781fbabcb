import { splitWords, trimEnd } from "./ngrams.js";

/** How {@link bleu} cuts a line into words: `13a` as mteval-v13a.pl does, `none` at white space alone. */
export type BleuTokenizer = "13a" | "none";

/** The tokenizers by name. */
export const bleuTokenizers: Readonly<Record<BleuTokenizer, (line: string) => string[]>> = {
  none: (line) => splitWords(line),
  "13a": tokenize13a,
};

/** The "13a" rules: NIST's mteval-v13a.pl as sacreBLEU applies them. */
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
