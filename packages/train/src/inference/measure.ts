import { HeedError, isHeedError } from "@heed/core";
import { copyPair } from "@heed/datasets";
import { type MetricInput, metricsOf, perplexity } from "@heed/metrics";
import { type Encoding, specialTokens, type Tokenizer } from "@heed/tokenizers";
import { normalizer } from "../data/normalizer.js";
import type { TextSample } from "../data/training-data.js";
import type { Run } from "../run/run.js";
import { encodeSample } from "./encode-sample.js";
import type { EvaluateOptions, Evaluation } from "./evaluation.js";
import { teacherForcing } from "./teacher-forcing.js";
import { translate } from "./translate.js";

/** Measures a run, as `evaluate` says. */
export async function measure(
  run: Run,
  pairs: readonly TextSample[],
  { batchSize = 32, metrics, plugins, ...options }: EvaluateOptions,
): Promise<Evaluation> {
  if (pairs.length === 0)
    throw new HeedError("evaluate: expected at least one pair, got none. Check that the input is not empty.");
  const registry = metricsOf(plugins);
  const chosen = (metrics ?? registry.names).map((name) => registry.get(name));

  // Encode.
  const { sourceTokenizer, targetTokenizer, model } = run;
  const encoded = pairs.map((pair) => encodeSample(run, pair));
  const usable = encoded.flatMap((pair, index) => (isHeedError(pair) ? [] : [{ ...pair, index }]));
  const emptyPairs = usable.filter(({ source, target }) => source.ids.length === 0 || target.ids.length === 0).length;
  if (emptyPairs === pairs.length) {
    throw new HeedError(
      `evaluate: expected a pair with a token on both sides, got none in ${pairs.length} pairs. Check the input.`,
    );
  }
  const errors = new Map(encoded.flatMap((pair, index) => (isHeedError(pair) ? [[index, pair.message]] : [])));

  // Under teacher forcing.
  const forced = await teacherForcing(
    model,
    usable.map(({ source, target }) => ({
      ...{ source: source.ids, target: target.ids },
      ...(model.usesCopy && { copy: copyPair(source.tokens, target, targetTokenizer.vocabulary) }),
    })),
    { batchSize, source: sourceTokenizer.vocabulary, target: targetTokenizer.vocabulary },
  );
  for (const [i, message] of forced.errors) errors.set(usable[i]!.index, message);
  if (forced.tokens === 0) {
    const others = pairs.length === 1 ? "" : ` The model can process no other pair of the ${pairs.length} either.`;
    throw new HeedError(`Pair 1: ${errors.get(0)}${others}`);
  }

  // By search.
  const sources = pairs.map(({ source }) => source);
  const translations = await translate(run, sources, { batchSize, ...options });
  for (const [i, { error }] of translations.entries()) if (error !== null) errors.set(i, error);
  const normalize = normalizer(run.config.data, "target");
  const compared: MetricInput = {
    sources,
    hypotheses: translations.map(({ text }) => text),
    references: pairs.map(({ target }) => normalize(target)),
    // An empty line is translated as an empty line, without the model.
    hypothesisTokens: translations.map(({ source, tokens, error }) =>
      source.length === 0 && error === null ? [specialTokens.eos] : tokens,
    ),
    referenceTokens: encoded.map((pair, i) => [
      ...(isHeedError(pair) ? [normalize(pairs[i]!.target)] : referenceTokens(pair.target, targetTokenizer)),
      specialTokens.eos,
    ]),
  };
  return {
    ...{ pairs: pairs.length, emptyPairs, tokens: forced.tokens },
    ...{ loss: forced.loss, perplexity: perplexity(forced.loss), tokenAccuracy: forced.accuracy },
    metrics: Object.fromEntries(chosen.map((metric) => [metric.name, metric.compute(compared)])),
    errors: [...errors].sort(([a], [b]) => a - b).map(([index, message]) => ({ index, message })),
    ...{ compared, translations },
  };
}

/** The tokens of a reference. An unknown one is as in the text; no hypothesis may have it. */
function referenceTokens({ ids, tokens }: Encoding, { vocabulary }: Tokenizer): string[] {
  return ids.map((id, i) => {
    if (id !== vocabulary.unkId) return vocabulary.tokens[id]!;
    const token = tokens[i]!;
    return vocabulary.has(token) ? `${specialTokens.unk}${token}` : token;
  });
}
