import { HeedError } from "@heed/core";
import { encodePairs, lazyBatches, PairStore } from "@heed/datasets";
import { bleu, chrf, perplexity } from "@heed/metrics";
import { specialTokens } from "@heed/tokenizers";
import { normalizer } from "../data/normalizer.js";
import type { TextSample } from "../data/training-data.js";
import { validate } from "../loop/validate.js";
import type { Run } from "../run/run.js";
import { sameSequence } from "./same-sequence.js";
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
  /** Share of targets that greedy decoding gives token by token, in [0, 1]. */
  readonly sequenceAccuracy: number;
  /** Corpus BLEU of the translations (tokenizer 13a), in [0, 100]. */
  readonly bleu: number;
  /** Corpus chrF2 of the translations, in [0, 100]. */
  readonly chrf: number;
  /** By greedy decoding, in the order of the pairs. */
  readonly translations: readonly Translation[];
}

/**
 * Measures a run on pairs of sentences: under teacher forcing, and by greedy decoding. Where the run lower-cases, so are
 * the references for BLEU and chrF.
 *
 * @throws HeedError when there is no pair, or none with a token on both sides
 * @throws UnknownTokenError when a token is unknown and the vocabulary has no `<unk>`
 * @example
 * const { bleu, sequenceAccuracy } = await evaluate(run, [{ source: "a b c", target: "a b c" }]);
 */
export async function evaluate(
  run: Run,
  pairs: readonly TextSample[],
  { batchSize = 32, ...options }: TranslateOptions = {},
): Promise<Evaluation> {
  if (pairs.length === 0)
    throw new HeedError("evaluate: expected at least one pair, got none. Check that the input is not empty.");
  const { sourceTokenizer, targetTokenizer, config } = run;
  const normalize = { source: normalizer(config.data, "source"), target: normalizer(config.data, "target") };
  const encoded = encodePairs(
    pairs.map(({ source, target }) => ({ source: normalize.source(source), target: normalize.target(target) })),
    { source: sourceTokenizer, target: targetTokenizer },
  );
  const emptyPairs = encoded.filter(({ source, target }) => source.length === 0 || target.length === 0).length;
  if (emptyPairs === pairs.length) {
    throw new HeedError(
      `evaluate: expected a pair with a token on both sides, got none in ${pairs.length} pairs. Check the input.`,
    );
  }
  const layout = { batchSize, source: sourceTokenizer.vocabulary, target: targetTokenizer.vocabulary };
  const batches = lazyBatches(PairStore.from(encoded), layout);
  const { loss, accuracy } = await validate(run.model, batches);
  const translations = await translate(
    run,
    pairs.map(({ source }) => source),
    { batchSize, ...options },
  );
  const right = translations.filter(({ source, tokens }, i) => {
    const { target } = encoded[i]!;
    if (target.some((id) => id === layout.target.unkId)) return false;
    const gold = target.map((id) => layout.target.tokens[id]!);
    return sameSequence(tokens, source.length === 0 ? gold : [...gold, specialTokens.eos]);
  });
  const hypotheses = translations.map(({ text }) => text);
  const lowercase = !("task" in config.data) && config.data.lowercase;
  const gold = [pairs.map(({ target }) => target)];
  return {
    pairs: pairs.length,
    emptyPairs,
    tokens: batches.tokens,
    loss,
    perplexity: perplexity(loss),
    tokenAccuracy: accuracy,
    sequenceAccuracy: right.length / pairs.length,
    bleu: bleu(hypotheses, gold, { lowercase }).score,
    chrf: chrf(hypotheses, gold, { lowercase }),
    translations,
  };
}
