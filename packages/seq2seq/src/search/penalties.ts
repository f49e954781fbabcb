import type { Path } from "./hypothesis.js";

/** How the length of a hypothesis enters its score: `wu` ((5 + n) / 6)^α, `marian` n^α. */
export const lengthPenaltyKinds = ["wu", "marian"] as const;

export type LengthPenaltyKind = (typeof lengthPenaltyKinds)[number];

/**
 * Returns what the log-probability of a hypothesis is divided by. With α = 0 it is 1, and long sentences are at a
 * disadvantage; a larger α favours longer ones.
 *
 * - `wu`: ((5 + n) / 6)^α. Source: Wu et al. 2016, arXiv:1609.08144, eq. 14.
 * - `marian`: n^α, the option `normalize` of Marian.
 *
 * @param length - number of tokens, `<eos>` included
 * @param alpha - α ≥ 0
 */
export function lengthPenalty(length: number, alpha: number, kind: LengthPenaltyKind): number {
  if (alpha === 0) return 1;
  return (kind === "wu" ? (5 + length) / 6 : length) ** alpha;
}

/**
 * Returns β · Σⱼ log(min(Σᵢ weightsᵢⱼ, 1)), at most 0: source positions that got little attention lower the score.
 *
 * Source: Wu et al. 2016, arXiv:1609.08144, eq. 14.
 *
 * @param beta - β ≥ 0
 * @returns 0 without attention
 */
export function coveragePenalty(path: Path, beta: number): number {
  if (beta === 0 || path.weights === null) return 0;
  const coverage = new Float64Array(path.weights.length);
  for (let node: Path | null = path; node?.weights; node = node.parent) {
    for (let j = 0; j < coverage.length; j++) coverage[j]! += node.weights[j]!;
  }
  // A position without any attention would make the score −∞, and all such hypotheses alike.
  return beta * coverage.reduce((sum, value) => sum + Math.log(Math.min(Math.max(value, 1e-9), 1)), 0);
}
