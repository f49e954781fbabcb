import { HeedError } from "@heed/core";
import type { AlignmentLinks, GoldAlignment } from "./pharaoh.js";
import { type SentenceStatistics, statisticsOf } from "./sentence-statistics.js";

/** Positions of a sentence pair that were aligned by hand; other ones, such as function words, may have been left out. */
export interface ScoredPositions {
  readonly source: readonly number[];
  readonly target: readonly number[];
}

/** Options of {@link alignmentErrorRate}. */
export interface AlignmentErrorOptions {
  /**
   * For each sentence the positions that count. A link counts when both its ends do. Default: all positions.
   */
  readonly scored?: readonly ScoredPositions[] | undefined;
}

/** How well links agree with those of a person. A is the set of links, S the sure ones, P the sure and possible ones. */
export interface AlignmentScore {
  /** Alignment error rate `1 − (|A ∩ S| + |A ∩ P|) / (|A| + |S|)`, in [0, 1]; 0 when there is no link at all. */
  readonly errorRate: number;
  /** `|A ∩ P| / |A|`, in [0, 1]; 0 without links. */
  readonly precision: number;
  /** `|A ∩ S| / |S|`, in [0, 1]; 0 without sure links. */
  readonly recall: number;
  /** `|A|` */
  readonly links: number;
  /** `|S|` */
  readonly sure: number;
  /** `|P|` */
  readonly possible: number;
}

/**
 * Computes the alignment error rate, precision and recall of a corpus.
 *
 * @param links - the links of each sentence pair that a model or aligner found; a link that occurs twice counts once
 * @param gold - the links of each sentence pair that a person made
 * @throws HeedError when the lists differ in length or are empty
 * @see Och and Ney 2003, J03-1002, section 5
 * @example
 * const gold = ["0-0 1-1 1?2"].map((line) => parsePharaoh(line));
 * alignmentErrorRate([[[0, 0], [1, 2]]], gold); // errorRate 0.25, precision 1, recall 0.5
 */
export function alignmentErrorRate(
  links: readonly AlignmentLinks[],
  gold: readonly GoldAlignment[],
  options: AlignmentErrorOptions = {},
): AlignmentScore {
  const rows = countLinks(links, gold, options);
  const [found, sure, possible, foundSure, foundPossible] = [0, 1, 2, 3, 4].map((k) =>
    rows.reduce((sum, row) => sum + row[k]!, 0),
  ) as [number, number, number, number, number];
  return {
    errorRate: errorRateOf([found, sure, possible, foundSure, foundPossible]),
    precision: found === 0 ? 0 : foundPossible / found,
    recall: sure === 0 ? 0 : foundSure / sure,
    ...{ links: found, sure, possible },
  };
}

/**
 * Counts what {@link alignmentErrorRate} needs from each sentence pair, for significance tests and parts of a corpus.
 *
 * @returns rows of 5 numbers; the score of their sum is the alignment error rate
 * @throws HeedError as {@link alignmentErrorRate} does
 * @example
 * corpusScore(alignmentStatistics(links, gold)); // the alignment error rate
 */
export function alignmentStatistics(
  links: readonly AlignmentLinks[],
  gold: readonly GoldAlignment[],
  options: AlignmentErrorOptions = {},
): SentenceStatistics {
  return statisticsOf(5, countLinks(links, gold, options), errorRateOf);
}

/** Options of {@link parseScoredPositions}. */
export interface ScoredPositionsOptions {
  /** Position of the first word: 0 or 1; default 0. */
  readonly first?: 0 | 1 | undefined;
}

/**
 * Parses a line with the positions that count: those of the source, a tab, those of the target, each separated by spaces.
 *
 * @throws HeedError when the line has another form
 * @example
 * parseScoredPositions("0 2 3\t1 4"); // { source: [0, 2, 3], target: [1, 4] }
 */
export function parseScoredPositions(line: string, { first = 0 }: ScoredPositionsOptions = {}): ScoredPositions {
  const sides = line.replace(/\r?\n?$/u, "").split("\t");
  const [source, target] = sides.map((side) =>
    side
      .split(" ")
      .filter(Boolean)
      .map((text) => Number(text) - first),
  );
  const wrong = [...(source ?? []), ...(target ?? [])].some(
    (position) => !Number.isSafeInteger(position) || position < 0,
  );
  if (sides.length !== 2 || wrong) {
    throw new HeedError(
      `Expected positions from ${first}, such as "${first} 2 3", on both sides of one tab, got ${JSON.stringify(line.slice(0, 40))}.`,
    );
  }
  return { source: source!, target: target! };
}

/** Counts |A|, |S|, |P|, |A ∩ S| and |A ∩ P| of each sentence pair. */
function countLinks(
  links: readonly AlignmentLinks[],
  gold: readonly GoldAlignment[],
  { scored }: AlignmentErrorOptions,
): number[][] {
  if (links.length === 0 || gold.length !== links.length || (scored ?? gold).length !== links.length) {
    const positions = scored === undefined ? "" : ` and scored positions of ${scored.length}`;
    throw new HeedError(
      `alignmentErrorRate: expected lists for the same sentence pairs, at least one; got links of ${links.length}, gold links of ${gold.length}${positions}.`,
    );
  }
  return links.map((found, i) => {
    const { sure, possible } = gold[i]!;
    const a = setOf(found, scored?.[i]);
    const s = setOf(sure, scored?.[i]);
    const p = setOf([...sure, ...possible], scored?.[i]);
    return [a.size, s.size, p.size, common(a, s), common(a, p)];
  });
}

function errorRateOf(sums: ArrayLike<number>): number {
  const [found, sure, , foundSure, foundPossible] = Array.from(sums) as [number, number, number, number, number];
  return found + sure === 0 ? 0 : 1 - (foundSure + foundPossible) / (found + sure);
}

function setOf(links: AlignmentLinks, scored: ScoredPositions | undefined): Set<string> {
  const counts = ([source, target]: readonly [number, number]) =>
    scored === undefined || (scored.source.includes(source) && scored.target.includes(target));
  return new Set(links.filter(counts).map(([source, target]) => `${source}-${target}`));
}

function common(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let count = 0;
  for (const link of a) if (b.has(link)) count++;
  return count;
}
