import { HeedError } from "@heed/core";
import type { AlignmentLinks } from "./pharaoh.js";

/** Options of {@link linksOfWeights}. */
export interface LinksOfWeightsOptions {
  /**
   * The word of each source token, from 0, as `encode` of a tokenizer returns it; −1 for a token of no word, such as `<eos>`.
   * Tokens beyond the end of the list belong to no word. Default: each token is a word.
   */
  readonly sourceWords?: ArrayLike<number> | undefined;
  /** The word of each target token, as `sourceWords`. */
  readonly targetWords?: ArrayLike<number> | undefined;
  /**
   * Links all pairs of words whose weight is at least this one, in [0, 1]. Default: each target word is linked with the source
   * word of largest weight, of several with the first.
   */
  readonly threshold?: number | undefined;
}

/**
 * Derives links between words from attention weights. The weight of a pair of words is the sum over the tokens of the source
 * word, averaged over the tokens of the target word. Tokens of no word are left out on both sides.
 *
 * @param weights - `[target tokens][source tokens]`: a row of weights for each target token
 * @returns links of source and target words, by target word
 * @throws HeedError when rows differ in length, or when `threshold` is not in [0, 1]
 * @see Bahdanau et al. 2015, arXiv:1409.0473, section 5.2.1; subwords: Zenkel et al. 2019, arXiv:1901.11359
 * @example
 * linksOfWeights([[0.9, 0.1], [0.2, 0.8]]); // [[0, 0], [1, 1]]
 * linksOfWeights([[0.5, 0.4, 0.1]], { sourceWords: [0, 1, 1] }); // [[0, 0]]: 0.5 for word 0, 0.5 for word 1
 */
export function linksOfWeights(
  weights: ArrayLike<ArrayLike<number>>,
  { sourceWords, targetWords, threshold }: LinksOfWeightsOptions = {},
): AlignmentLinks {
  if (threshold !== undefined && !(threshold >= 0 && threshold <= 1)) {
    throw new HeedError(`linksOfWeights: threshold must be a number from 0 to 1, got ${threshold}.`);
  }
  const links: [number, number][] = [];
  for (const [target, sums] of wordWeights(weights, sourceWords, targetWords)) {
    let best = Number.NEGATIVE_INFINITY;
    let strongest = -1;
    for (const [source, weight] of [...sums].toSorted(([a], [b]) => a - b)) {
      if (threshold !== undefined) {
        if (weight >= threshold) links.push([source, target]);
      } else if (weight > best) [best, strongest] = [weight, source];
    }
    if (strongest >= 0) links.push([strongest, target]);
  }
  return links;
}

/** Merges tokens to words: for each target word the weight of each source word. */
function wordWeights(
  weights: ArrayLike<ArrayLike<number>>,
  sourceWords: ArrayLike<number> | undefined,
  targetWords: ArrayLike<number> | undefined,
): [target: number, weights: Map<number, number>][] {
  const wordOf = (words: ArrayLike<number> | undefined, token: number) => (words ? (words[token] ?? -1) : token);
  const merged = new Map<number, { tokens: number; sums: Map<number, number> }>();
  const length = weights[0]?.length ?? 0;
  for (let i = 0; i < weights.length; i++) {
    const row = weights[i]!;
    if (row.length !== length) {
      throw new HeedError(
        `linksOfWeights: expected rows of the same length, got ${length} weights in row 0 and ${row.length} in row ${i}.`,
      );
    }
    const target = wordOf(targetWords, i);
    if (target < 0) continue;
    const word = merged.get(target) ?? { tokens: 0, sums: new Map<number, number>() };
    merged.set(target, word);
    word.tokens++;
    for (let j = 0; j < length; j++) {
      const source = wordOf(sourceWords, j);
      if (source >= 0) word.sums.set(source, (word.sums.get(source) ?? 0) + row[j]!);
    }
  }
  return Array.from(merged, ([target, { tokens, sums }]) => [
    target,
    new Map(Array.from(sums, ([source, sum]) => [source, sum / tokens])),
  ]);
}
