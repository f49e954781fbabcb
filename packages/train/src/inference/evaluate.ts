import { HeedError } from "@heed/core";
import { encodePairs, lazyBatches, PairStore } from "@heed/datasets";
import { type MetricInput, perplexity } from "@heed/metrics";
import { specialTokens, type Tokenizer } from "@heed/tokenizers";
import { normalizer } from "../data/normalizer.js";
import type { TextSample } from "../data/training-data.js";
import { validate } from "../loop/validate.js";
import { catalogOf } from "../plugins/catalog.js";
import type { PluginOptions } from "../plugins/plugin-source.js";
import type { Run } from "../run/run.js";
import { type TranslateOptions, type Translation, translate } from "./translate.js";

/** How good a model is on pairs of sentences. */
export interface Evaluation {
  /** Number of pairs. */
  readonly pairs: number;
  /** Those of them without a token on a side; they count all the same, and an empty line is easily translated. */
  readonly emptyPairs: number;
  /** Target tokens, `<eos>` included. */
  readonly tokens: number;
  /** Cross-entropy under teacher forcing, in nats per target token. */
  readonly loss: number;
  /** exp(loss). */
  readonly perplexity: number;
  /** Share of target tokens predicted right under teacher forcing, in [0, 1]. */
  readonly tokenAccuracy: number;
  /** What each metric measures on the translations, by its name: `bleu`, `chrf`, `sequence-accuracy` and those of plug-ins. */
  readonly metrics: Readonly<Record<string, number>>;
  /** By greedy decoding, in the order of the pairs. */
  readonly translations: readonly Translation[];
}

/** Options of {@link evaluate}. */
export interface EvaluateOptions extends TranslateOptions, PluginOptions {
  /** Names of metrics. Default: all built-in ones and those of plug-ins. */
  readonly metrics?: readonly string[] | undefined;
}

/**
 * Measures a run on pairs of sentences: under teacher forcing, and by greedy decoding. References are normalized as in
 * training: in lower case if the run lower-cases.
 *
 * @throws HeedError when there is no pair, or none with a token on both sides
 * @throws UnknownNameError when there is no such metric
 * @throws UnknownTokenError when a token is unknown and the vocabulary has no `<unk>`
 * @example
 * const { loss, metrics } = await evaluate(run, [{ source: "a b c", target: "a b c" }], { metrics: ["bleu"] });
 * console.log(loss, metrics.bleu);
 */
export async function evaluate(
  run: Run,
  pairs: readonly TextSample[],
  { batchSize = 32, metrics, plugins, ...options }: EvaluateOptions = {},
): Promise<Evaluation> {
  if (pairs.length === 0)
    throw new HeedError("evaluate: expected at least one pair, got none. Check that the input is not empty.");
  const registry = catalogOf(plugins).metrics;
  const chosen = (metrics ?? registry.names).map((name) => registry.get(name));

  // Encode.
  const { sourceTokenizer, targetTokenizer, config } = run;
  const normalize = { source: normalizer(config.data, "source"), target: normalizer(config.data, "target") };
  const texts = pairs.map(({ source, target }) => ({
    source: normalize.source(source),
    target: normalize.target(target),
  }));
  const encoded = encodePairs(texts, { source: sourceTokenizer, target: targetTokenizer });
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

  // By greedy decoding.
  const sources = pairs.map(({ source }) => source);
  const translations = await translate(run, sources, { batchSize, ...options });
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
