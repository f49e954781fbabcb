import { HeedError, isHeedError } from "@heed/core";
import { copyPair } from "@heed/datasets";
import { type MetricInput, metricsOf, perplexity } from "@heed/metrics";
import { type Encoding, specialTokens, type Tokenizer } from "@heed/tokenizers";
import { normalizer } from "../data/normalizer.js";
import type { TextSample } from "../data/training-data.js";
import type { TrainCollective } from "../loop/train-collective.js";
import type { Run } from "../run/run.js";
import { encodeSample } from "./encode-sample.js";
import type { Evaluation, MeasureOptions } from "./evaluation.js";
import { teacherForcing } from "./teacher-forcing.js";
import { translate } from "./translate.js";
import type { TranslateOptions } from "./translate-options.js";
import type { Translation } from "./translation.js";

/** Measures a run, as `evaluate` says. */
export async function measure(
  run: Run,
  pairs: readonly TextSample[],
  { batchSize = 32, metrics, plugins, collective, ...options }: MeasureOptions,
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
    collective,
  );
  for (const [i, message] of forced.errors) errors.set(usable[i]!.index, message);
  if (forced.tokens === 0) {
    const others = pairs.length === 1 ? "" : ` The model can process no other pair of the ${pairs.length} either.`;
    throw new HeedError(`Pair 1: ${errors.get(0)}${others}`);
  }

  // By search.
  const sources = pairs.map(({ source }) => source);
  const translations = await translateShared(run, sources, { batchSize, ...options }, collective);
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
  const compute = () => Object.fromEntries(chosen.map((metric) => [metric.name, metric.compute(compared)]));
  return {
    ...{ pairs: pairs.length, emptyPairs, tokens: forced.tokens },
    ...{ loss: forced.loss, perplexity: perplexity(forced.loss), tokenAccuracy: forced.accuracy },
    metrics: collective ? await collective.onFirst(compute) : compute(),
    errors: [...errors].sort(([a], [b]) => a - b).map(([index, message]) => ({ index, message })),
    ...{ compared, translations },
  };
}

/** Translates lines, each process a part of them. */
async function translateShared(
  run: Run,
  lines: readonly string[],
  options: TranslateOptions,
  collective: TrainCollective | undefined,
): Promise<readonly Translation[]> {
  if (!collective) return await translate(run, lines, options);
  const { rank, size } = collective;
  const [from, to] = [rank, rank + 1].map((part) => Math.floor((part * lines.length) / size));
  const own = await translate(run, lines.slice(from, to), { ...options, firstPosition: from });
  return (await collective.gather(own)).flat();
}

/** The tokens of a reference. An unknown one is as in the text; no hypothesis may have it. */
function referenceTokens({ ids, tokens }: Encoding, { vocabulary }: Tokenizer): string[] {
  return ids.map((id, i) => {
    if (id !== vocabulary.unkId) return vocabulary.tokens[id]!;
    const token = tokens[i]!;
    return vocabulary.has(token) ? `${specialTokens.unk}${token}` : token;
  });
}
