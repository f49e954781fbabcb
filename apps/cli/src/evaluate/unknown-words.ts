import type { Measured } from "./measures.js";
import type { System } from "./system.js";

/** Source tokens that the vocabulary of a model lacks, and what they cost. */
export interface UnknownWords {
  /** Number of sources with such a token. */
  readonly sentences: number;
  /** Number of such tokens. */
  readonly tokens: number;
  /** The most frequent ones. */
  readonly frequent: readonly string[];
  /** The measure of the sentences with such a token, and of those without; null when there is none. */
  readonly with: number | null;
  readonly without: number | null;
}

/** Counts unknown source tokens. Returns null for a file, whose system has no vocabulary. */
export function unknownWords({ translations }: System, measured: Measured): UnknownWords | null {
  if (translations === null) return null;
  const counts = new Map<string, number>();
  for (const { unknown } of translations) for (const token of unknown) counts.set(token, (counts.get(token) ?? 0) + 1);
  const indices = (has: boolean): number[] =>
    translations.flatMap(({ unknown }, i) => (unknown.length > 0 === has ? [i] : []));
  const valueIn = (sentences: readonly number[]): number | null =>
    sentences.length === 0 ? null : measured.valueOn(sentences);
  const [some, none] = [indices(true), indices(false)];
  return {
    sentences: some.length,
    tokens: [...counts.values()].reduce((sum, count) => sum + count, 0),
    frequent: [...counts]
      .sort(([, a], [, b]) => b - a)
      .slice(0, 10)
      .map(([token]) => token),
    ...{ with: valueIn(some), without: valueIn(none) },
  };
}
