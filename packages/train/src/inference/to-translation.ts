import type { Generated, Hypothesis } from "@heed/seq2seq";
import { type Encoding, specialTokens } from "@heed/tokenizers";
import type { Run } from "../run/run.js";
import type { TranslatedHypothesis, Translation } from "./translation.js";

/** The translation of an empty line. */
export const emptyTranslation: Translation = {
  ...{ text: "", source: [], tokens: [], weights: null, hypotheses: [], trace: [] },
  ...{ unknown: [], missing: 0, notices: [], error: null },
};

/** Builds the translation of a line from the result of its search. */
export function toTranslation(
  run: Run,
  encoding: Encoding,
  { hypotheses, trace }: Generated,
  { replaceUnknown }: { readonly replaceUnknown: boolean },
): Translation {
  const { sourceTokenizer, targetTokenizer, maxLength } = run;
  const { tokens: source } = encoding;
  const found = hypotheses.map((hypothesis) => toHypothesis(run, encoding, hypothesis, replaceUnknown));
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
        token: targetTokenizer.vocabulary.tokens[id] ?? specialTokens.unk,
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
  replaceUnknown: boolean,
): TranslatedHypothesis {
  const replacements = new Map<number, string>();
  if (replaceUnknown && weights) {
    for (const [i, id] of ids.entries()) {
      if (id !== targetTokenizer.vocabulary.unkId) continue;
      replacements.set(i, wordAt(encoding, strongest(weights[i]!), sourceTokenizer));
    }
  }
  const text = targetTokenizer.decode(ids, { replacements });
  const tokens = targetTokenizer.vocabulary.decode(ids, { specials: true });
  return {
    ...{ text, ids, score, logProb, logProbs, weights },
    tokens: tokens.map((token, i) => replacements.get(i) ?? token),
  };
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
