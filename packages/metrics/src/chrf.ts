import { HeedError } from "@heed/core";
import { checkStreams, countNgrams, matches, splitWords, totalCount } from "./ngrams.js";

/** Options of {@link chrf}. */
export interface ChrfOptions {
  /** the longest character n-grams; default 6 */
  readonly characterOrder?: number | undefined;
  /** the longest word n-grams; default 0. 2 makes it chrF++ */
  readonly wordOrder?: number | undefined;
  /** how many times recall counts as much as precision; default 2 */
  readonly beta?: number | undefined;
  /** keep white space as characters; default false */
  readonly whitespace?: boolean | undefined;
  /** compare without regard to case; default false */
  readonly lowercase?: boolean | undefined;
  /**
   * average over all orders, as chrF++.py, Moses and NLTK do, rather than over the orders that occur; default false.
   * Matters only for very short texts
   */
  readonly epsSmoothing?: boolean | undefined;
}

/** The n-grams of one order: in the hypothesis, in the reference, in both. */
interface OrderCounts {
  hypothesis: number;
  reference: number;
  both: number;
}

/**
 * Corpus chrF, the F-score of character n-grams, equal to sacreBLEU's (chrF2 by default). Needs no tokenizer, so it suits
 * Korean and other languages of many word forms.
 *
 * `(1 + β²) P R / (β² P + R)`, P and R the precision and recall averaged over the orders. Characters are code points.
 * With several references, each sentence is counted against the one that suits it best.
 *
 * @param hypotheses - `n` lines of output
 * @param references - one or more lists of `n` lines each: `references[r][i]` belongs to `hypotheses[i]`
 * @returns chrF in [0, 100]
 * @throws HeedError where the counts of lines differ or an order is not a whole number
 * @see Popović 2015, W15-3049; chrF++: Popović 2017, W17-4770
 * @example
 * chrf(["나는 학생이다"], [["나는 학생이다"]]); // 100
 */
export function chrf(
  hypotheses: readonly string[],
  references: readonly string[][],
  options: ChrfOptions = {},
): number {
  checkStreams("chrf", hypotheses, references);
  const { characterOrder = 6, wordOrder = 0, beta = 2, whitespace = false, lowercase = false } = options;
  if (!Number.isInteger(characterOrder) || characterOrder < 1 || !Number.isInteger(wordOrder) || wordOrder < 0) {
    throw new HeedError(
      `chrf: characterOrder must be an integer of at least 1 and wordOrder one of at least 0; got ${characterOrder} and ${wordOrder}.`,
    );
  }
  if (!(beta > 0)) throw new HeedError(`chrf: beta must be greater than 0; got ${beta}.`);
  const ngrams = (text: string) => {
    const line = lowercase ? text.toLowerCase() : text;
    const characters = Array.from(whitespace ? line : splitWords(line).join(""));
    return [...countNgrams(characters, characterOrder, ""), ...countNgrams(punctuationApart(line), wordOrder, " ")];
  };
  const score = (counts: readonly OrderCounts[]) => fScore(counts, beta, options.epsSmoothing ?? false);

  const sums = Array.from({ length: characterOrder + wordOrder }, () => ({ hypothesis: 0, reference: 0, both: 0 }));
  for (const [i, line] of hypotheses.entries()) {
    const hypothesis = ngrams(line);
    const compared = references.map((stream) => compareOrders(hypothesis, ngrams(stream[i] as string)));
    const best = compared.reduce((a, b) => (score(b) > score(a) ? b : a));
    for (const [k, sum] of sums.entries()) {
      const counts = best[k] as OrderCounts;
      sum.hypothesis += counts.hypothesis;
      sum.reference += counts.reference;
      sum.both += counts.both;
    }
  }
  return score(sums);
}

function compareOrders(
  hypothesis: readonly ReadonlyMap<string, number>[],
  reference: readonly ReadonlyMap<string, number>[],
): OrderCounts[] {
  return hypothesis.map((ngrams, k) => {
    const wanted = reference[k] as ReadonlyMap<string, number>;
    const total = totalCount(wanted);
    // An order that the reference is too short for says nothing about the hypothesis.
    return { hypothesis: total === 0 ? 0 : totalCount(ngrams), reference: total, both: matches(ngrams, wanted) };
  });
}

function fScore(orders: readonly OrderCounts[], beta: number, epsSmoothing: boolean): number {
  const f = (precision: number, recall: number) => {
    const denominator = beta ** 2 * precision + recall;
    return denominator > 0 ? ((1 + beta ** 2) * precision * recall) / denominator : 0;
  };
  const occurring = orders.filter((order) => order.hypothesis > 0 && order.reference > 0);
  const sum = (value: (order: OrderCounts) => number) => occurring.reduce((total, order) => total + value(order), 0);
  if (epsSmoothing) {
    return (100 / orders.length) * sum((order) => f(order.both / order.hypothesis, order.both / order.reference));
  }
  if (occurring.length === 0) return 0;
  const precision = sum((order) => order.both / order.hypothesis) / occurring.length;
  const recall = sum((order) => order.both / order.reference) / occurring.length;
  return 100 * f(precision, recall);
}

const punctuation = new Set("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~");

/** Words with one ASCII punctuation mark split off at the end, or else at the start, as chrF++ does. */
function punctuationApart(line: string): string[] {
  return splitWords(line).flatMap((word) => {
    if (word.length === 1) return [word];
    if (punctuation.has(word.slice(-1))) return [word.slice(0, -1), word.slice(-1)];
    if (punctuation.has(word.slice(0, 1))) return [word.slice(0, 1), word.slice(1)];
    return [word];
  });
}
