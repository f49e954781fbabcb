import { HeedError } from "@heed/core";
import { checkStreams, countsOf, ngramsOf, splitWords, takeMatches } from "./ngrams.js";
import { corpusScore, type SentenceStatistics, statisticsOf } from "./sentence-statistics.js";
import { type SignatureOptions, signatureOf } from "./signature.js";

/** Options of {@link chrf}. */
export interface ChrfOptions {
  /** The longest character n-grams; default 6. */
  readonly characterOrder?: number | undefined;
  /** The longest word n-grams; default 0. 2 makes it chrF++. */
  readonly wordOrder?: number | undefined;
  /** How many times recall counts as much as precision; default 2. */
  readonly beta?: number | undefined;
  /** Whether white space counts as characters; default false. */
  readonly whitespace?: boolean | undefined;
  /** Whether to compare without regard to case; default false. */
  readonly lowercase?: boolean | undefined;
  /**
   * Whether to average over all orders, as chrF++.py, Moses and NLTK do, in place of the orders that occur; default false.
   * Matters only for very short texts.
   */
  readonly epsSmoothing?: boolean | undefined;
}

/**
 * Computes corpus chrF, the F-score of character n-grams, equal to sacreBLEU's (chrF2 by default). It needs no tokenizer, so
 * it suits Korean and other languages of many word forms.
 *
 * `(1 + β²) P R / (β² P + R)`, P and R the precision and recall averaged over the orders. Characters are code points.
 * With several references, each sentence is counted against the one with the best score.
 *
 * @param hypotheses - `n` lines of output
 * @param references - one or more lists of `n` lines each: `references[r][i]` belongs to `hypotheses[i]`
 * @returns chrF in [0, 100]
 * @throws HeedError when the numbers of lines differ, or when an option has a wrong value
 * @see Popović 2015, W15-3049; chrF++: Popović 2017, W17-4770
 * @example
 * chrf(["나는 학생이다"], [["나는 학생이다"]]); // 100
 * chrf(["나는 학생이다"], [["나는 학생이다"]], { wordOrder: 2 }); // chrF++
 */
export function chrf(
  hypotheses: readonly string[],
  references: readonly (readonly string[])[],
  options: ChrfOptions = {},
): number {
  return corpusScore(chrfStatistics(hypotheses, references, options));
}

/**
 * Counts what {@link chrf} needs from each sentence: for each order the n-grams of the hypothesis, of the reference, and of both.
 *
 * @param hypotheses - `n` lines of output
 * @param references - one or more lists of `n` lines each
 * @returns `n` rows of 3 numbers for each order; the score of their sum is the chrF of {@link chrf}
 * @throws HeedError as {@link chrf} does
 * @example
 * sentenceScores(chrfStatistics(hypotheses, [references])); // chrF of each sentence
 */
export function chrfStatistics(
  hypotheses: readonly string[],
  references: readonly (readonly string[])[],
  options: ChrfOptions = {},
): SentenceStatistics {
  checkStreams("chrf", hypotheses, references);
  const { characterOrder, wordOrder, beta, whitespace, lowercase, epsSmoothing } = checked(options);
  const ngrams = (text: string) => {
    const line = lowercase ? text.toLowerCase() : text;
    const characters = Array.from(whitespace ? line : splitWords(line).join(""));
    return [...ngramsOf(characters, characterOrder, ""), ...ngramsOf(punctuationApart(line), wordOrder, " ")];
  };
  const score = (counts: ArrayLike<number>) => fScore(counts, beta, epsSmoothing);
  const rows = hypotheses.map((line, i) => {
    const hypothesis = ngrams(line);
    const compared = references.map((stream) => compareOrders(hypothesis, ngrams(stream[i]!)));
    return compared.reduce((a, b) => (score(b) > score(a) ? b : a));
  });
  return statisticsOf(3 * (characterOrder + wordOrder), rows, score);
}

/**
 * Writes the signature of a chrF, as sacreBLEU 2.6 prints it.
 *
 * @param context - number of references; samples and seed of a test
 * @throws HeedError when an option has a wrong value
 * @example
 * chrfSignature({ wordOrder: 2 }); // "chrF2++|nrefs:1|case:mixed|eff:yes|nc:6|nw:2|space:no|version:2.6.0"
 */
export function chrfSignature(options: ChrfOptions = {}, context: SignatureOptions = {}): string {
  const { characterOrder, wordOrder, beta, whitespace, lowercase, epsSmoothing } = checked(options);
  return signatureOf(`chrF${beta}${"+".repeat(wordOrder)}`, context, {
    ...{ case: lowercase ? "lc" : "mixed", eff: epsSmoothing ? "no" : "yes" },
    ...{ nc: characterOrder, nw: wordOrder, space: whitespace ? "yes" : "no" },
  });
}

/** Adds defaults. */
function checked({
  characterOrder = 6,
  wordOrder = 0,
  beta = 2,
  whitespace = false,
  lowercase = false,
  epsSmoothing = false,
}: ChrfOptions) {
  if (!Number.isInteger(characterOrder) || characterOrder < 1 || !Number.isInteger(wordOrder) || wordOrder < 0) {
    throw new HeedError(
      `chrf: characterOrder must be an integer of at least 1 and wordOrder one of at least 0; got ${characterOrder} and ${wordOrder}.`,
    );
  }
  if (!(beta > 0)) throw new HeedError(`chrf: beta must be greater than 0; got ${beta}.`);
  return { characterOrder, wordOrder, beta, whitespace, lowercase, epsSmoothing };
}

/** Counts the n-grams of hypothesis, reference and both, order by order. */
function compareOrders(
  hypothesis: readonly (readonly string[])[],
  reference: readonly (readonly string[])[],
): number[] {
  return hypothesis.flatMap((ngrams, k) => {
    const wanted = reference[k]!;
    // The n-grams of a hypothesis do not count where the reference is too short to have any.
    return [wanted.length === 0 ? 0 : ngrams.length, wanted.length, takeMatches(ngrams, countsOf(wanted))];
  });
}

/** What sacreBLEU takes for the precision and recall of orders that do not occur. */
const eps = 1e-16;

function fScore(counts: ArrayLike<number>, beta: number, epsSmoothing: boolean): number {
  const factor = beta ** 2;
  const f = (precision: number, recall: number, otherwise: number) => {
    const denominator = factor * precision + recall;
    return denominator > 0 ? ((1 + factor) * precision * recall) / denominator : otherwise;
  };
  const orders = counts.length / 3;
  const sums = { precision: 0, recall: 0, f: 0, occurring: 0 };
  for (let k = 0; k < orders; k++) {
    const [hypothesis, reference, both] = [counts[3 * k]!, counts[3 * k + 1]!, counts[3 * k + 2]!];
    const precision = hypothesis > 0 ? both / hypothesis : eps;
    const recall = reference > 0 ? both / reference : eps;
    sums.f += f(precision, recall, eps);
    if (hypothesis === 0 || reference === 0) continue;
    sums.precision += precision;
    sums.recall += recall;
    sums.occurring++;
  }
  if (epsSmoothing) return (100 * sums.f) / orders;
  return sums.occurring === 0 ? 0 : 100 * f(sums.precision / sums.occurring, sums.recall / sums.occurring, 0);
}

const punctuation = new Set("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~");

/** Returns words with one ASCII punctuation mark split off at the end, or else at the start, as chrF++ does. */
function punctuationApart(line: string): string[] {
  return splitWords(line).flatMap((word) => {
    if (word.length === 1) return [word];
    if (punctuation.has(word.slice(-1))) return [word.slice(0, -1), word.slice(-1)];
    if (punctuation.has(word.slice(0, 1))) return [word.slice(0, 1), word.slice(1)];
    return [word];
  });
}
