import { quoted } from "@heed/core";
import type { CandidateFate } from "@heed/seq2seq";
import { specialTokens } from "@heed/tokenizers";

/** One of the translations that a search found for a line. */
export interface TranslatedHypothesis {
  /** As a person writes it, without special tokens. */
  readonly text: string;
  /** The ids of {@link tokens}. */
  readonly ids: readonly number[];
  /** The last one is `<eos>`, unless the length limit was reached first. */
  readonly tokens: readonly string[];
  /** What the search ranks by; without penalties the log-probability. */
  readonly score: number;
  /** Log-probability in nats: the sum of {@link logProbs}. */
  readonly logProb: number;
  /** Log-probability of each token in nats, given those before it. */
  readonly logProbs: readonly number[];
  /** Attention weights in [0, 1], a row for each token, a column for each source token; null without attention. */
  readonly weights: readonly (readonly number[])[] | null;
}

/** A candidate of a step of a beam search. */
export interface TranslatedCandidate {
  readonly token: string;
  /** Index of the candidate of the step before that it follows; -1 in the first step. */
  readonly parent: number;
  /** Log-probability of the token, in nats. */
  readonly logProb: number;
  /** Log-probability of all tokens up to this one, in nats. */
  readonly total: number;
  readonly fate: CandidateFate;
}

/** A translated line. Its text, tokens and weights are those of the best hypothesis. */
export interface Translation extends Pick<TranslatedHypothesis, "text" | "tokens" | "weights"> {
  /** The tokens of the line, as they are in it, or in its lower-case form. */
  readonly source: readonly string[];
  /** The best first; none for an empty line, or one with an error. */
  readonly hypotheses: readonly TranslatedHypothesis[];
  /** The candidates of each step; empty unless `trace` is set and the search is a beam. */
  readonly trace: readonly (readonly TranslatedCandidate[])[];
  /** The source tokens that are not in the vocabulary. */
  readonly unknown: readonly string[];
  /** Number of `<unk>` that the model wrote and that nothing replaced. The text leaves them out. */
  readonly missing: number;
  /** What a person should know about this line, such as that it was cut off. */
  readonly notices: readonly string[];
  /** Why the line has no translation, such as too many tokens; null when it has one. */
  readonly error: string | null;
}

/**
 * Describes the unknown words of some translations in one sentence for each side; no sentences when there are none.
 *
 * @example
 * const translations = await translate(run, lines);
 * for (const sentence of describeUnknown(translations)) console.warn(sentence);
 */
export function describeUnknown(translations: readonly Pick<Translation, "unknown" | "missing">[]): string[] {
  const counts = new Map<string, number>();
  for (const { unknown } of translations) for (const word of unknown) counts.set(word, (counts.get(word) ?? 0) + 1);
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const frequent = [...counts].sort(([, a], [, b]) => b - a).map(([word]) => word);
  const missing = translations.reduce((sum, each) => sum + each.missing, 0);
  const lines = (affected: number): string =>
    translations.length === 1 ? "" : ` in ${affected} of ${translations.length} lines`;
  const sentences: string[] = [];
  if (total > 0) {
    const affected = translations.filter(({ unknown }) => unknown.length > 0).length;
    const more = frequent.length > 10 ? ", …" : "";
    sentences.push(`Not in the vocabulary${lines(affected)}: ${quoted(frequent.slice(0, 10))}${more}.`);
  }
  if (missing > 0) {
    const affected = translations.filter((each) => each.missing > 0).length;
    sentences.push(
      `The model wrote ${missing} × ${specialTokens.unk}${lines(affected)}, which the text leaves out. Replace them by source words (replaceUnknown).`,
    );
  }
  return sentences;
}
