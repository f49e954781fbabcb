import { HeedError } from "@heed/core";

/** Lists the n-grams of orders 1 … `order`: `[n - 1]` has those of order n. No item may hold a space when `separator` is one. */
export function ngramsOf(items: readonly string[], order: number, separator: string): (readonly string[])[] {
  let ngrams = items;
  return Array.from({ length: order }, (_, k) => {
    if (k > 0) ngrams = items.slice(k).map((item, i) => `${ngrams[i]}${separator}${item}`);
    return ngrams;
  });
}

/** Counts how often each n-gram occurs. */
export function countsOf(ngrams: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const ngram of ngrams) counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
  return counts;
}

/**
 * Returns `Σ_g min(hypothesis(g), reference(g))`, the n-grams that both hold.
 *
 * @param reference - counts, which are used up
 */
export function takeMatches(hypothesis: readonly string[], reference: Map<string, number>): number {
  let sum = 0;
  for (const ngram of hypothesis) {
    const left = reference.get(ngram) ?? 0;
    if (left === 0) continue;
    reference.set(ngram, left - 1);
    sum++;
  }
  return sum;
}

/** White space as Python's `str.split()` sees it, which sacreBLEU uses; JavaScript's `\s` is another set. */
const pythonSpace = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const spaces = new RegExp(`[${pythonSpace}]+`, "gu");
const spacesAtEnd = new RegExp(`[${pythonSpace}]+$`, "u");

/** The words between white space. */
export function splitWords(text: string): string[] {
  return text.split(spaces).filter((word) => word !== "");
}

/** The text without white space at its end. */
export function trimEnd(text: string): string {
  return text.replace(spacesAtEnd, "");
}

/**
 * Checks hypotheses against lists of references.
 *
 * @throws HeedError where there is no sentence, no reference, or a reference stream of another length
 */
export function checkStreams(
  metric: string,
  hypotheses: readonly string[],
  references: readonly (readonly string[])[],
): void {
  if (hypotheses.length === 0) throw new HeedError(`${metric}: there is no hypothesis to measure.`);
  if (references.length === 0) throw new HeedError(`${metric}: at least one list of references is needed.`);
  for (const [i, stream] of references.entries()) {
    if (typeof stream === "string") {
      throw new HeedError(
        `${metric}: references is a list of lists, one list a set of references: write [references] for a single set.`,
      );
    }
    if (stream.length !== hypotheses.length) {
      throw new HeedError(
        `${metric}: one reference a hypothesis was expected, but references[${i}] has ${stream.length} lines and there are ${hypotheses.length} hypotheses.`,
      );
    }
  }
}
