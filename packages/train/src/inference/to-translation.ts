import type { Generated, Hypothesis } from "@heed/seq2seq";
import { type Encoding, specialTokens } from "@heed/tokenizers";
import type { Run } from "../run/run.js";
import type { TranslatedHypothesis, Translation } from "./translation.js";

/** The translation of an empty line. */
export const emptyTranslation: Translation = {
  ...{ text: "", source: [], tokens: [], weights: null, hypotheses: [], trace: [] },
  ...{ unknown: [], missing: 0, notices: [], error: null },
};

/** Options of {@link toTranslation}. */
interface ToTranslationOptions {
  readonly replaceUnknown: boolean;
  /** The tokens of the line that follow the target vocabulary, for models that copy. */
  readonly extraTokens: readonly string[];
}

/** Builds the translation of a line from the result of its search. */
export function toTranslation(
  run: Run,
  encoding: Encoding,
  { hypotheses, trace }: Generated,
  options: ToTranslationOptions,
): Translation {
  const { sourceTokenizer, targetTokenizer, maxLength } = run;
  const { tokens: source } = encoding;
  const found = hypotheses.map((hypothesis) => toHypothesis(run, encoding, hypothesis, options));
  const { text, tokens, weights } = found[0]!;
  const notices: string[] = [];
  if (source.length > maxLength.source) {
    notices.push(`${source.length} tokens; the model was trained on at most ${maxLength.source}.`);
  }
  if (!hypotheses[0]!.finished) notices.push(`Cut off after ${tokens.length} tokens.`);
  return {
    ...{ text, source, tokens, weights, notices, hypotheses: found, error: null },
    trace: trace.map((candidates) =>
      candidates.map(({ id, ...rest }) => ({
        ...rest,
        token: targetTokenizer.vocabulary.tokens[id] ?? copied(id, targetTokenizer, options) ?? specialTokens.unk,
      })),
    ),
    unknown: source.filter((_, i) => encoding.ids[i] === sourceTokenizer.vocabulary.unkId),
    missing: tokens.filter((token) => token === specialTokens.unk).length,
  };
}

function toHypothesis(
  { sourceTokenizer, targetTokenizer }: Run,
  encoding: Encoding,
  { ids, score, logProb, logProbs, weights }: Hypothesis,
  { replaceUnknown, extraTokens }: ToTranslationOptions,
): TranslatedHypothesis {
  const { vocabulary } = targetTokenizer;
  const replacements = new Map<number, string>();
  for (const [i, id] of ids.entries()) {
    const word = copied(id, targetTokenizer, { extraTokens });
    if (word !== undefined) replacements.set(i, word);
  }
  const known = knownIds(ids, vocabulary);
  if (replaceUnknown && weights) {
    for (const [i, id] of ids.entries()) {
      if (id !== vocabulary.unkId) continue;
      replacements.set(i, wordAt(encoding, strongest(weights[i]!), sourceTokenizer));
    }
  }
  const text = targetTokenizer.decode(known, { replacements });
  const tokens = vocabulary.decode(known, { specials: true });
  return {
    ...{ text, ids, score, logProb, logProbs, weights },
    tokens: tokens.map((token, i) => replacements.get(i) ?? token),
  };
}

/** Returns the token that an id after the target vocabulary stands for. */
function copied(
  id: number,
  { vocabulary }: Run["targetTokenizer"],
  { extraTokens }: Pick<ToTranslationOptions, "extraTokens">,
): string | undefined {
  return extraTokens[id - vocabulary.size];
}

/** Replaces the ids of copied tokens, which are not in the vocabulary, as the decoder does when it reads them. */
export function knownIds(
  ids: readonly number[],
  { size, unkId, padId }: Run["targetTokenizer"]["vocabulary"],
): number[] {
  return ids.map((id) => (id < size ? id : (unkId ?? padId)));
}

/** Returns the source word that a token belongs to. */
function wordAt({ ids, tokens, words }: Encoding, at: number, tokenizer: Run["sourceTokenizer"]): string {
  const own = ids.filter((_, i) => words[i] === words[at]);
  return own.length === 1 ? tokens[at]! : tokenizer.decode(own).trim();
}

/** Returns the index of the largest weight. */
function strongest(weights: readonly number[]): number {
  return weights.reduce((best, weight, i) => (weight > weights[best]! ? i : best), 0);
}
