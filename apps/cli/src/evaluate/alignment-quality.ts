import { isHeedError } from "@heed/core";
import { DataError } from "@heed/datasets";
import {
  type AlignmentScore,
  alignmentErrorRate,
  type GoldAlignment,
  linksOfWeights,
  type ScoredPositions,
} from "@heed/metrics";
import { encodeText, type Run, score, type TextSample } from "@heed/train";
import { plural } from "../format.js";

/** How well the attention of a model agrees with links between words that a person made. */
export interface AlignmentQuality extends AlignmentScore {
  /** Pairs that are compared. */
  readonly pairs: number;
  /** Pairs that are not: the model cannot process them, or its tokenizer finds other words than those between white space. */
  readonly skipped: number;
}

/** Links that a person made, a list for each pair. */
export interface GoldLinks {
  readonly gold: readonly GoldAlignment[];
  /** The positions that count; default: all. */
  readonly scored?: readonly ScoredPositions[];
}

/**
 * Parses an alignment file: a line for each pair.
 *
 * @throws DataError naming file and line when a line has another form, or when the number of lines is not that of the pairs
 */
export function parseLines<T>(path: string, lines: readonly string[], pairs: number, parse: (line: string) => T): T[] {
  if (lines.length !== pairs) {
    throw new DataError(
      `${path} has ${plural(lines.length, "line")}, but there are ${plural(pairs, "pair")}: line i must belong to pair i. Look for a line that is missing.`,
    );
  }
  return lines.map((line, i) => {
    try {
      return parse(line);
    } catch (error) {
      if (!isHeedError(error)) throw error;
      throw new DataError(`${path}:${i + 1}: ${error.message}`, { cause: error });
    }
  });
}

/**
 * Measures the alignment that attention gives: the model reads each reference, and each target word is linked with the source
 * word of the largest weight. Subwords are merged to words.
 *
 * @returns null for a model without attention
 */
export async function alignmentQuality(
  run: Run,
  pairs: readonly TextSample[],
  { gold, scored: positions }: GoldLinks,
): Promise<AlignmentQuality | null> {
  const scored = await score(run, pairs);
  if (scored.every(({ error, weights }) => error !== null || weights === null)) return null;
  const compared = scored.flatMap(({ weights }, i) => {
    if (weights === null) return [];
    const sourceWords = wordsOfTokens(run, "source", pairs[i]!.source);
    const targetWords = wordsOfTokens(run, "target", pairs[i]!.target);
    if (sourceWords === null || targetWords === null) return [];
    return [{ links: linksOfWeights(weights, { sourceWords, targetWords }), gold: gold[i]!, scored: positions?.[i] }];
  });
  const count = { pairs: compared.length, skipped: pairs.length - compared.length };
  if (compared.length === 0) {
    return { errorRate: 1, precision: 0, recall: 0, links: 0, sure: 0, possible: 0, ...count };
  }
  const rate = alignmentErrorRate(
    compared.map(({ links }) => links),
    compared.map((each) => each.gold),
    positions && { scored: compared.map((each) => each.scored!) },
  );
  return { ...rate, ...count };
}

/**
 * Returns the word between white space that each token belongs to. The tokenizer may split such a word further, as "can't".
 * @returns null when its words do not fit into those between white space
 */
function wordsOfTokens(run: Run, side: "source" | "target", text: string): number[] | null {
  const { words } = encodeText(run, side, text);
  const parts = text.split(/\s+/u).filter(Boolean);
  const counts = parts.map((part) => new Set(encodeText(run, side, part).words).size);
  const owners = counts.flatMap((count, part) => Array<number>(count).fill(part));
  return new Set(words).size === owners.length ? words.map((word) => owners[word]!) : null;
}
