import { HeedError } from "@heed/core";
import { type BleuTokenizer, bleuTokenizers } from "./bleu-tokenizers.js";
import { checkStreams, countNgrams, matches, splitWords, totalCount } from "./ngrams.js";

/** Options of {@link bleu}. */
export interface BleuOptions {
  /** how lines are cut into words; default `"13a"`. Text that is tokenised already wants `"none"` */
  readonly tokenize?: BleuTokenizer | undefined;
  /** compare without regard to case; default false */
  readonly lowercase?: boolean | undefined;
}

/** A corpus BLEU with what it was computed from. */
export interface BleuScore {
  /** BLEU in [0, 100], as it is printed in papers */
  readonly score: number;
  /** precision of the n-grams of order 1 … 4, in [0, 100], smoothed where nothing matched */
  readonly precisions: readonly number[];
  /** brevity penalty in [0, 1] */
  readonly brevityPenalty: number;
  /** words of the hypotheses */
  readonly hypothesisLength: number;
  /** words of the references, the closest in length where there are several */
  readonly referenceLength: number;
  /** matching n-grams of order 1 … 4 */
  readonly counts: readonly number[];
  /** the hypotheses' n-grams of order 1 … 4 */
  readonly totals: readonly number[];
}

const maxOrder = 4;

/**
 * Corpus BLEU, equal to sacreBLEU's (case kept, tokenizer 13a, smoothing "exp").
 *
 * `BP · exp(¼ Σ_n log p_n)`, `BP = min(1, exp(1 − referenceLength / hypothesisLength))`, `p_n` the clipped n-gram
 * precision of the whole corpus. Where order n has no match, `p_n = 1 / (2^k · total_n)` for the k-th such order.
 *
 * @param hypotheses - `n` lines of output
 * @param references - one or more lists of `n` lines each: `references[r][i]` belongs to `hypotheses[i]`
 * @throws HeedError where the counts of lines differ or the tokenizer is unknown
 * @see Papineni et al. 2002, P02-1040; Post 2018, W18-6319; smoothing: Chen and Cherry 2014, W14-3346, method 3
 * @example
 * bleu(["The dog bit the man."], [["The dog bit the man."]]).score; // 100
 */
export function bleu(
  hypotheses: readonly string[],
  references: readonly string[][],
  { tokenize = "13a", lowercase = false }: BleuOptions = {},
): BleuScore {
  checkStreams("bleu", hypotheses, references);
  if (!Object.hasOwn(bleuTokenizers, tokenize)) {
    const known = Object.keys(bleuTokenizers).map((name) => `"${name}"`);
    throw new HeedError(`bleu: tokenize must be one of ${known.join(", ")}; got "${tokenize}".`);
  }
  const words = (line: string) => bleuTokenizers[tokenize](lowercase ? line.toLowerCase() : line);
  const counts = new Array<number>(maxOrder).fill(0);
  const totals = new Array<number>(maxOrder).fill(0);
  let hypothesisLength = 0;
  let referenceLength = 0;
  for (const [i, line] of hypotheses.entries()) {
    const hypothesis = words(line);
    const candidates = references.map((stream) => words(stream[i] as string));
    hypothesisLength += hypothesis.length;
    referenceLength += closestLength(hypothesis.length, candidates);
    const best = largestCounts(candidates);
    for (const [k, ngrams] of countNgrams(hypothesis, maxOrder, " ").entries()) {
      counts[k] = (counts[k] as number) + matches(ngrams, best[k] as Map<string, number>);
      totals[k] = (totals[k] as number) + totalCount(ngrams);
    }
  }
  return combine(counts, totals, hypothesisLength, referenceLength);
}

function combine(counts: number[], totals: number[], hypothesisLength: number, referenceLength: number): BleuScore {
  const brevityPenalty =
    hypothesisLength >= referenceLength
      ? 1
      : hypothesisLength === 0
        ? 0
        : Math.exp(1 - referenceLength / hypothesisLength);
  const precisions = new Array<number>(maxOrder).fill(0);
  let score = 0;
  if (counts.some((count) => count > 0)) {
    let halving = 1;
    for (const [k, total] of totals.entries()) {
      if (total === 0) break; // no hypothesis is that long: the precision stays 0, and BLEU with it
      const count = counts[k] as number;
      if (count === 0) halving *= 2;
      precisions[k] = count === 0 ? 100 / (halving * total) : (100 * count) / total;
    }
    const sum = precisions.reduce((logs, precision) => logs + Math.log(precision), 0);
    score = brevityPenalty * Math.exp(sum / maxOrder);
  }
  return { score, precisions, brevityPenalty, hypothesisLength, referenceLength, counts, totals };
}

/** The length of the reference closest in length to the hypothesis; of two as close, the shorter. */
function closestLength(length: number, candidates: readonly string[][]): number {
  const lengths = candidates.map((words) => words.length).sort((a, b) => a - b);
  return lengths.reduce((best, candidate) =>
    Math.abs(candidate - length) < Math.abs(best - length) ? candidate : best,
  );
}

/** For every n-gram its largest count in any one reference. */
function largestCounts(candidates: readonly string[][]): Map<string, number>[] {
  const largest = Array.from({ length: maxOrder }, () => new Map<string, number>());
  for (const words of candidates) {
    for (const [k, ngrams] of countNgrams(words, maxOrder, " ").entries()) {
      const counts = largest[k] as Map<string, number>;
      for (const [ngram, count] of ngrams) counts.set(ngram, Math.max(count, counts.get(ngram) ?? 0));
    }
  }
  return largest;
}

/**
 * Corpus BLEU of texts that are lists of words already, such as a tokenizer's or a synthetic task's.
 *
 * The same as {@link bleu} with `tokenize: "none"` on the words joined by spaces.
 *
 * @throws HeedError where a word holds white space: it would count as several
 */
export function bleuOfTokens(
  hypotheses: readonly (readonly string[])[],
  references: readonly (readonly (readonly string[])[])[],
): BleuScore {
  const join = (words: readonly string[]) => {
    const spaced = words.find((word) => splitWords(word)[0] !== word);
    if (spaced !== undefined) {
      throw new HeedError(
        `bleuOfTokens: a token must not be empty or hold white space; got ${JSON.stringify(spaced)}.`,
      );
    }
    return words.join(" ");
  };
  return bleu(
    hypotheses.map(join),
    references.map((stream) => stream.map(join)),
    { tokenize: "none" },
  );
}
