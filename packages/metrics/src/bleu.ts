import { HeedError } from "@heed/core";
import { type BleuTokenizer, bleuTokenizers } from "./bleu-tokenizers.js";
import { checkStreams, countsOf, ngramsOf, splitWords, takeMatches } from "./ngrams.js";
import { type SentenceStatistics, statisticsOf } from "./sentence-statistics.js";
import { type SignatureOptions, signatureOf } from "./signature.js";

/** Options of {@link bleu}. */
export interface BleuOptions {
  /** How lines are split into words; default `"13a"`. Text that is tokenised already needs `"none"`, Korean text `"char"`. */
  readonly tokenize?: BleuTokenizer | undefined;
  /** Whether to compare without regard to case; default false. */
  readonly lowercase?: boolean | undefined;
  /**
   * The precision of an order without a match. `exp` (default): half of the one before, `1 / (2^k · total)` for the k-th such
   * order. `floor`: `value / total`. `add-k`: adds the value to matches and totals of the orders from 2 on. `none`: 0.
   */
  readonly smoothing?: BleuSmoothing | undefined;
  /** The value of `floor` (default 0.1) or `add-k` (default 1). */
  readonly smoothingValue?: number | undefined;
  /** Whether orders beyond the length of the hypothesis are left out: for single sentences. Default false. */
  readonly effectiveOrder?: boolean | undefined;
}

/** A way to smooth BLEU, by sacreBLEU's names. */
export type BleuSmoothing = "exp" | "floor" | "add-k" | "none";

/** A corpus BLEU, and the numbers that it was computed from. */
export interface BleuScore {
  /** BLEU in [0, 100], as papers print it. */
  readonly score: number;
  /** Precision of the n-grams of order 1 … 4, in [0, 100], smoothed where nothing matched. */
  readonly precisions: readonly number[];
  /** Brevity penalty in [0, 1]. */
  readonly brevityPenalty: number;
  /** Words of the hypotheses. */
  readonly hypothesisLength: number;
  /** Words of the references; of several, the one that is closest in length. */
  readonly referenceLength: number;
  /** Matching n-grams of order 1 … 4, before smoothing. */
  readonly counts: readonly number[];
  /** The hypotheses' n-grams of order 1 … 4, before smoothing. */
  readonly totals: readonly number[];
}

const maxOrder = 4;

/** Ways to smooth, and the default of `smoothingValue`. */
export const bleuSmoothings: Readonly<Record<BleuSmoothing, number | undefined>> = {
  exp: undefined,
  floor: 0.1,
  "add-k": 1,
  none: undefined,
};

/**
 * Computes corpus BLEU, equal to sacreBLEU's. The defaults are sacreBLEU's: case kept, tokenizer 13a, smoothing "exp".
 *
 * `BP · exp(¼ Σ_n log p_n)`, `BP = min(1, exp(1 − referenceLength / hypothesisLength))`, `p_n` the clipped n-gram
 * precision of the whole corpus.
 *
 * @param hypotheses - `n` lines of output
 * @param references - one or more lists of `n` lines each: `references[r][i]` belongs to `hypotheses[i]`
 * @throws HeedError when the numbers of lines differ, or when an option has a wrong value
 * @see Papineni et al. 2002, P02-1040; Post 2018, W18-6319; smoothing: Chen and Cherry 2014, W14-3346
 * @example
 * bleu(["The dog bit the man."], [["The dog bit the man."]]).score; // 100
 * bleu(["나는 학교에 갔다"], [["나는 학교에 간다"]], { tokenize: "char", effectiveOrder: true }); // one Korean sentence
 */
export function bleu(
  hypotheses: readonly string[],
  references: readonly (readonly string[])[],
  options: BleuOptions = {},
): BleuScore {
  const { rows, width } = bleuStatistics(hypotheses, references, options);
  const sums = new Array<number>(width).fill(0);
  for (const [i, value] of rows.entries()) sums[i % width]! += value;
  return scoreOf(sums, checked(options));
}

/**
 * Counts what {@link bleu} needs from each sentence: words of hypothesis and reference, matching n-grams, and all n-grams.
 *
 * @param hypotheses - `n` lines of output
 * @param references - one or more lists of `n` lines each
 * @returns `n` rows of 10 numbers; the score of their sum is the BLEU of {@link bleu}
 * @throws HeedError as {@link bleu} does
 * @example
 * const mine = bleuStatistics(hypotheses, [references]);
 * bootstrapInterval(mine, { random: new Random(1) });
 * sentenceScores(bleuStatistics(hypotheses, [references], { effectiveOrder: true })); // BLEU of each sentence
 */
export function bleuStatistics(
  hypotheses: readonly string[],
  references: readonly (readonly string[])[],
  options: BleuOptions = {},
): SentenceStatistics {
  checkStreams("bleu", hypotheses, references);
  const settings = checked(options);
  const { tokenize, lowercase } = settings;
  const words = (line: string) => bleuTokenizers[tokenize](lowercase ? line.toLowerCase() : line);
  const rows = hypotheses.map((line, i) => {
    const hypothesis = words(line);
    const candidates = references.map((stream) => words(stream[i]!));
    const best = largestCounts(candidates);
    const ngrams = ngramsOf(hypothesis, maxOrder, " ");
    return [
      hypothesis.length,
      closestLength(hypothesis.length, candidates),
      ...ngrams.map((list, k) => takeMatches(list, best[k]!)),
      ...ngrams.map((list) => list.length),
    ];
  });
  return statisticsOf(2 + 2 * maxOrder, rows, (sums) => scoreOf(Array.from(sums), settings).score);
}

/**
 * Writes the signature of a BLEU, as sacreBLEU 2.6 prints it.
 *
 * @param context - number of references; samples and seed of a test
 * @throws HeedError when an option has a wrong value
 * @example
 * bleuSignature(); // "BLEU|nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:2.6.0"
 */
export function bleuSignature(options: BleuOptions = {}, context: SignatureOptions = {}): string {
  const { tokenize, lowercase, smoothing, smoothingValue, effectiveOrder } = checked(options);
  const value = smoothingValue === undefined ? "" : `[${smoothingValue.toFixed(2)}]`;
  const eff = effectiveOrder ? "yes" : "no";
  return signatureOf("BLEU", context, {
    ...{ case: lowercase ? "lc" : "mixed", eff, tok: tokenize, smooth: `${smoothing}${value}` },
  });
}

/** Adds defaults. */
function checked({
  tokenize = "13a",
  lowercase = false,
  smoothing = "exp",
  smoothingValue,
  effectiveOrder = false,
}: BleuOptions) {
  const choose = (option: string, value: string, known: object) => {
    if (Object.hasOwn(known, value)) return;
    const names = Object.keys(known).map((name) => `"${name}"`);
    throw new HeedError(`bleu: ${option} must be one of ${names.join(", ")}; got "${value}".`);
  };
  choose("tokenize", tokenize, bleuTokenizers);
  choose("smoothing", smoothing, bleuSmoothings);
  const usual = bleuSmoothings[smoothing];
  if (smoothingValue !== undefined && usual === undefined) {
    throw new HeedError(
      `bleu: smoothingValue is for the smoothings "floor" and "add-k", got ${smoothingValue} for "${smoothing}".`,
    );
  }
  if (smoothingValue !== undefined && !(smoothingValue >= 0 && smoothingValue < Number.POSITIVE_INFINITY)) {
    throw new HeedError(`bleu: smoothingValue must be a finite number of at least 0, got ${smoothingValue}.`);
  }
  return { tokenize, lowercase, smoothing, smoothingValue: smoothingValue ?? usual, effectiveOrder };
}

/** Computes BLEU from the sums of the rows. */
function scoreOf(
  sums: readonly number[],
  { smoothing, smoothingValue = 0, effectiveOrder }: ReturnType<typeof checked>,
): BleuScore {
  const [hypothesisLength, referenceLength] = sums as [number, number];
  const counts = sums.slice(2, 2 + maxOrder);
  const totals = sums.slice(2 + maxOrder);
  const short = hypothesisLength < referenceLength;
  const penalty = hypothesisLength === 0 ? 0 : Math.exp(1 - referenceLength / hypothesisLength);
  const brevityPenalty = short ? penalty : 1;

  const precisions = new Array<number>(maxOrder).fill(0);
  let score = 0;
  if (counts.some((count) => count > 0)) {
    let halving = 1;
    let orders = maxOrder;
    for (let k = 0; k < maxOrder; k++) {
      const added = smoothing === "add-k" && k > 0 ? smoothingValue : 0;
      const count = counts[k]! + added;
      const total = totals[k]! + added;
      if (total === 0) break; // no hypothesis is that long: the precision stays 0
      if (effectiveOrder) orders = k + 1;
      if (count > 0) precisions[k] = (100 * count) / total;
      else if (smoothing === "exp") {
        halving *= 2;
        precisions[k] = 100 / (halving * total);
      } else if (smoothing === "floor") precisions[k] = (100 * smoothingValue) / total;
    }
    const logs = precisions.slice(0, orders).reduce((sum, precision) => sum + Math.log(precision), 0);
    score = brevityPenalty * Math.exp(logs / orders);
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
  const [first, ...others] = candidates.map((words) => ngramsOf(words, maxOrder, " ").map(countsOf));
  for (const other of others) {
    for (const [k, counts] of other.entries()) {
      for (const [ngram, count] of counts) first![k]!.set(ngram, Math.max(count, first![k]!.get(ngram) ?? 0));
    }
  }
  return first!;
}

/**
 * Computes corpus BLEU of texts that are lists of words already, such as a tokenizer's or a synthetic task's.
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
