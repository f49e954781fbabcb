import { trainingPieces } from "../subword/training-pieces.js";
import type { Tokenizer } from "../tokenizer.js";
import { Vocabulary } from "../vocabulary.js";
import { type Seed, seedTokens } from "./seed-tokens.js";
import { bestCounts, bestTokens, expectedCounts, type TrainingLattice, withTokens } from "./training-lattice.js";
import { unigramOf } from "./unigram.js";
import type { UnigramOptions } from "./unigram-options.js";

/**
 * Trains the tokenizer `unigram`.
 *
 * @param lines - sentences of the training data
 * @throws TokenizerError when the vocabulary has no room for characters
 */
export function trainUnigram(lines: Iterable<string>, options: UnigramOptions): Tokenizer {
  const { minFrequency } = options;
  const { base, room, pieces, alphabet } = trainingPieces("unigram", lines, options);
  const learned = learnTokens(pieces, { alphabet, size: room, minFrequency });
  const vocabulary = Vocabulary.of([...base, ...learned.keys()]);
  const scores = vocabulary.tokens.map((token) => learned.get(token) ?? 0);
  return unigramOf({ vocabulary, scores, options });
}

/** Seeds for each token of the vocabulary. */
const seedFactor = 25;
/** Of the tokens, the share that one round of pruning keeps. SentencePiece has the same value, as for the next two. */
const keptShare = 0.75;
const iterations = 2;
/** Tokens with a lower expected count are removed. */
const leastCount = 0.5;

/** Tokens with their scores, and where they occur. */
interface Model {
  readonly tokens: readonly Seed[];
  readonly scores: Float64Array;
  readonly lattice: TrainingLattice;
}

/**
 * Learns tokens by expectation maximisation and pruning (Kudo 2018, section 3.2).
 *
 * @param size - the largest number of tokens; the characters of the alphabet are always among them
 * @param minFrequency - parts of pieces that occur less often are no tokens
 * @returns the logarithm of the probability of each token, the most probable first
 */
function learnTokens(
  pieces: ReadonlyMap<string, number>,
  { alphabet, size, minFrequency }: { alphabet: readonly string[]; size: number; minFrequency: number },
): ReadonlyMap<string, number> {
  const { tokens, lattice } = seedTokens(pieces, alphabet, { size: size * seedFactor, minFrequency });
  const counts = Float64Array.from(tokens, ({ count, length }) => count * length);
  let model: Model = { tokens, lattice, scores: scoresOf(counts) };
  for (;;) {
    for (let i = 0; i < iterations; i++) model = improve(model);
    if (model.tokens.length <= size) break;
    model = prune(model, Math.max(size, Math.floor(keptShare * model.tokens.length)));
  }
  // Numbers with few digits are the same numbers in every program that reads the file.
  const scored = model.tokens.map(({ text }, i) => [text, Math.round(model.scores[i]! * 1e6) / 1e6] as const);
  return new Map(scored.sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)));
}

/** One iteration of expectation maximisation. */
function improve({ tokens, scores, lattice }: Model): Model {
  const expected = expectedCounts(lattice, scores);
  const kept = tokens.flatMap(({ length }, i) => (length === 1 || expected[i]! >= leastCount ? [i] : []));
  const counts = Float64Array.from(kept, (i) => expected[i]!);
  return { ...select({ tokens, scores, lattice }, kept), scores: scoresOf(counts) };
}

/** Removes the tokens without which the likelihood of the training text falls least. */
function prune({ tokens, scores, lattice }: Model, size: number): Model {
  const counts = bestCounts(lattice, scores);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const losses = tokens.map(({ position, length }, token) => {
    if (length === 1) return Number.POSITIVE_INFINITY;
    const count = counts[token]!;
    if (count === 0) return Number.NEGATIVE_INFINITY;
    const others = bestTokens(lattice, scores, { begin: position, end: position + length, without: token });
    // Each of the other tokens then occurs more often, and so does any token.
    const totalWithout = Math.log(total + count * (others.length - 1));
    const scoreWithout = others.reduce((sum, other) => sum + Math.log(counts[other]! + count) - totalWithout, 0);
    return count * (Math.log(count) - Math.log(total) - scoreWithout);
  });
  const ranked = tokens.map((_, token) => token).sort((a, b) => losses[b]! - losses[a]! || a - b);
  const kept = ranked.slice(0, size).sort((a, b) => a - b);
  return select({ tokens, scores, lattice }, kept);
}

/** Returns the model with some of its tokens. */
function select({ tokens, scores, lattice }: Model, kept: readonly number[]): Model {
  const renamed = new Int32Array(tokens.length).fill(-1);
  for (const [number, token] of kept.entries()) renamed[token] = number;
  return {
    tokens: kept.map((token) => tokens[token]!),
    scores: Float64Array.from(kept, (token) => scores[token]!),
    lattice: withTokens(lattice, renamed),
  };
}

/**
 * Returns the expected logarithm of the probability of each token, as variational Bayesian estimation has it (Liang et al.
 * 2007). It is lower for rare tokens than the logarithm of their share.
 */
function scoresOf(counts: Float64Array): Float64Array {
  const floored = counts.map((count) => Math.max(leastCount, count));
  const total = digamma(floored.reduce((sum, count) => sum + count, 0));
  return floored.map((count) => digamma(count) - total);
}

/** The derivative of the logarithm of the gamma function at x > 0: recurrence up to 7, then the asymptotic series. */
function digamma(x: number): number {
  let result = 0;
  let at = x;
  for (; at < 7; at++) result -= 1 / at;
  const square = 1 / (at * at);
  return result + Math.log(at) - 1 / (2 * at) - square * (1 / 12 - square * (1 / 120 - square / 252));
}
