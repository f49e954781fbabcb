import { HeedError } from "@heed/core";
import { encodePairs, lazyBatches, PairStore } from "@heed/datasets";
import { type MetricInput, metricsOf, perplexity } from "@heed/metrics";
import { specialTokens, type Tokenizer } from "@heed/tokenizers";
import { normalizer } from "../data/normalizer.js";
import type { TextSample } from "../data/training-data.js";
import { validate } from "../loop/validate.js";
import type { Run } from "../run/run.js";
import type { EvaluateOptions, Evaluation } from "./evaluation.js";
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
  const { sourceTokenizer, targetTokenizer, config } = run;
  const normalize = { source: normalizer(config.data, "source"), target: normalizer(config.data, "target") };
  const texts = pairs.map(({ source, target }) => ({
    source: normalize.source(source),
    target: normalize.target(target),
  }));
  const encoded = encodePairs(
    texts,
    { source: sourceTokenizer, target: targetTokenizer },
    { copies: run.model.usesCopy },
  );
  const emptyPairs = encoded.filter(({ source, target }) => source.length === 0 || target.length === 0).length;
  if (emptyPairs === pairs.length) {
    throw new HeedError(
      `evaluate: expected a pair with a token on both sides, got none in ${pairs.length} pairs. Check the input.`,
    );
  }

  // Under teacher forcing.
  const layout = { batchSize, source: sourceTokenizer.vocabulary, target: targetTokenizer.vocabulary };
  const batches = lazyBatches(PairStore.from(encoded), layout);
  const { loss, accuracy } = await validate(run.model, batches);

  // By search.
  const sources = pairs.map(({ source }) => source);
  const translations = await translate(run, sources, { batchSize, ...options });
  const failed = translations.findIndex(({ error }) => error !== null);
  if (failed >= 0) throw new HeedError(`Pair ${failed + 1}: ${translations[failed]!.error}`);
  const input: MetricInput = {
    sources,
    hypotheses: translations.map(({ text }) => text),
    references: texts.map(({ target }) => target),
    // An empty line is translated as an empty line, without the model.
    hypothesisTokens: translations.map(({ source, tokens }) => (source.length === 0 ? [specialTokens.eos] : tokens)),
    referenceTokens: encoded.map(({ target }, i) => [
      ...referenceTokens(target, texts[i]!.target, targetTokenizer),
      specialTokens.eos,
    ]),
  };
  return {
    ...{ pairs: pairs.length, emptyPairs, tokens: batches.tokens },
    ...{ loss, perplexity: perplexity(loss), tokenAccuracy: accuracy },
    metrics: Object.fromEntries(chosen.map((metric) => [metric.name, metric.compute(input)])),
    translations,
  };
}

/** The tokens of a reference. An unknown one is as in the text; no hypothesis may have it. */
function referenceTokens(ids: readonly number[], text: string, tokenizer: Tokenizer): string[] {
  const { vocabulary } = tokenizer;
  const surface = vocabulary.unkId !== undefined && ids.includes(vocabulary.unkId) ? tokenizer.encode(text).tokens : [];
  return ids.map((id, i) => {
    if (id !== vocabulary.unkId) return vocabulary.tokens[id]!;
    const token = surface[i]!;
    return vocabulary.has(token) ? `${specialTokens.unk}${token}` : token;
  });
}
