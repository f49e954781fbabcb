import { HeedError, Random } from "@heed/core";
import {
  DataError,
  type EncodedPair,
  encodePairs,
  limitLength,
  type ParallelText,
  readPairs,
  splitPairs,
  type TextPair,
  task,
  taskTokenizer,
} from "@heed/datasets";
import { unigramLoss } from "@heed/metrics";
import type { Tokenizer, TokenizerDefinition } from "@heed/tokenizers";
import type { DataConfig, TaskData, TextData } from "../config/data-schema.js";
import { chooseTokenizers, maxLengths, type Sides, type TokenizerChoice } from "./choose-tokenizers.js";
import { normalizer } from "./normalizer.js";

/** A sentence and its translation, as text. */
export interface TextSample {
  readonly source: string;
  readonly target: string;
}

/** Data ready to train on. */
export interface PreparedData {
  /** Ids, without `<sos>` and `<eos>`. */
  readonly train: readonly EncodedPair[];
  readonly validation: readonly EncodedPair[];
  /** The validation pairs as text, in the same order. */
  readonly validationText: readonly TextSample[];
  readonly sourceTokenizer: Tokenizer;
  /** The same object when source and target share one. */
  readonly targetTokenizer: Tokenizer;
  /** Largest number of tokens of each side, without `<eos>`. */
  readonly maxLength: Sides<number>;
  /** Information for the user: sizes, empty lines, pairs left out, unknown tokens. */
  readonly notices: readonly string[];
}

/** A pair after normalization, with the text as it was. */
interface Sample extends TextPair {
  readonly text: TextSample;
}

/**
 * Creates or reads the data of a configuration, splits it, trains the tokenizers on the training part, and encodes both
 * parts. The same data and seed give the same pairs in the same order. Node only when it reads files.
 *
 * @param seed - draws the samples of a task, or the split of a text
 * @param tokenizers - definitions besides the built-in ones
 * @throws ConfigError when a tokenizer or one of its options is unknown or wrong
 * @throws DataError when a file is missing or not UTF-8, when two files differ in length, or when no pair of a part is left
 * @example
 * const { train, sourceTokenizer } = await prepareData(config.data, config.seed);
 */
export async function prepareData(
  data: DataConfig,
  seed: number,
  tokenizers: readonly TokenizerDefinition[] = [],
): Promise<PreparedData> {
  return "task" in data ? prepareTask(data, new Random(seed)) : await prepareText(data, new Random(seed), tokenizers);
}

function prepareTask(data: TaskData, random: Random): PreparedData {
  const { symbols, minLength, maxLength } = data;
  const draw = (count: number): TextSample[] =>
    task(data.task, { symbols, minLength, maxLength, count, random }).map(({ source, target }) => ({
      source: source.join(" "),
      target: target.join(" "),
    }));
  const [train, validation] = [draw(data.train), draw(data.validation)];
  const seen = new Set(train.map(({ source }) => source));
  const repeated = validation.filter(({ source }) => seen.has(source)).length;
  const notices = [sizes(train.length, validation.length)];
  if (repeated > 0)
    notices.push(`${repeated} of the validation pairs occur in the training data, too: sources are drawn freely.`);
  const tokenizer = taskTokenizer(symbols);
  const sides = { source: tokenizer, target: tokenizer };
  return {
    train: encodePairs(train, sides),
    validation: encodePairs(validation, sides),
    validationText: validation,
    ...{ sourceTokenizer: tokenizer, targetTokenizer: tokenizer },
    maxLength: maxLengths(data),
    notices,
  };
}

async function prepareText(
  data: TextData,
  random: Random,
  extra: readonly TokenizerDefinition[],
): Promise<PreparedData> {
  const choices = chooseTokenizers(data, extra);
  const maxLength = maxLengths(data, extra);
  const { pairs, report } = await readText(data);
  const chosen = data.limit === undefined ? pairs : pairs.slice(0, data.limit);
  const notices: string[] = [];
  if (chosen.length < pairs.length) notices.push(`The first ${chosen.length} of ${pairs.length} pairs are used.`);
  if (report.skipped.count > 0) notices.push(report.skipped.message);
  const empty = report.empty.filter((line) => line <= (chosen.at(-1)?.line ?? 0));
  if (empty.length > 0) {
    const lines = `${empty.slice(0, 10).join(", ")}${empty.length > 10 ? ", …" : ""}`;
    notices.push(`${empty.length} pairs with an empty side are kept (lines ${lines}).`);
  }
  const samples = normalizeSamples(data, chosen);
  assertBothSides(samples, ({ source, target }) => visible.test(source) && visible.test(target), "data");
  const split = splitPairs(samples, { validation: data.validation, random });
  const tokenizers = trainTokenizers(choices, data.sharedVocabulary, split.train);
  const encode = (part: readonly Sample[], what: string) => {
    const encoded = encodePairs(part, tokenizers);
    const { pairs, report } = limitLength(encoded, { maxLength, what: `${what} pairs` });
    if (report.dropped > 0) notices.push(report.message);
    const kept = new Set(pairs);
    return { pairs, texts: part.flatMap(({ text }, i) => (kept.has(encoded[i]!) ? [text] : [])) };
  };
  const [train, validation] = [encode(split.train, "training"), encode(split.validation, "validation")];
  assertBothSides(train.pairs, ({ source, target }) => source.length > 0 && target.length > 0, "training data");
  if (validation.pairs.length === 0) {
    throw new DataError(
      `Expected pairs to validate on, but all ${split.validation.length} have too many tokens. Raise data.maxLength or data.validation.`,
    );
  }
  notices.push(sizes(train.pairs.length, validation.pairs.length));
  const { wanted, got } = split.report.validation;
  if (got < wanted) {
    notices.push(
      `${wanted} validation pairs were asked for; sentences that occur in several pairs must stay together.`,
    );
  }
  for (const side of ["source", "target"] as const) {
    notices.push(unknownNotice(side, tokenizers[side], train.pairs, validation.pairs));
  }
  notices.push(baseline(train.pairs, validation.pairs, tokenizers.target));
  return {
    ...{ train: train.pairs, validation: validation.pairs, validationText: validation.texts },
    ...{ sourceTokenizer: tokenizers.source, targetTokenizer: tokenizers.target },
    ...{ maxLength, notices },
  };
}

async function readText({ tsv, source, target, sourceColumn, targetColumn }: TextData): Promise<ParallelText> {
  const { readFile } = await import("@heed/datasets/node");
  if (tsv !== undefined) return readPairs({ tsv, sourceColumn, targetColumn }, readFile);
  if (source !== undefined && target !== undefined) return readPairs({ source, target }, readFile);
  throw new HeedError(
    "There are no pairs to train on: the configuration names no files. Name data.source and data.target, or data.tsv, or give pairs as `data` to train().",
  );
}

function normalizeSamples(data: TextData, pairs: readonly TextPair[]): Sample[] {
  const [source, target] = [normalizer(data, "source"), normalizer(data, "target")];
  return pairs.map((pair) => ({
    ...{ source: source(pair.source), target: target(pair.target), line: pair.line },
    text: { source: pair.source, target: pair.target },
  }));
}

/** Any character but white space, control and format characters. */
const visible = /[^\s\p{Cc}\p{Cf}]/u;

/** Pairs with an empty side are kept, but a model learns nothing from such pairs alone. */
function assertBothSides<T>(pairs: readonly T[], complete: (pair: T) => boolean, what: string): void {
  if (pairs.some(complete)) return;
  throw new DataError(
    `No pair of the ${what} has a token on both sides (${pairs.length} in all): there is nothing to learn. Check the files, data.maxLength and data.limit.`,
  );
}

/** Trains the tokenizers of both sides on the training part; one tokenizer when they share it. */
function trainTokenizers(
  { source, target }: Sides<TokenizerChoice>,
  shared: boolean,
  train: readonly TextSample[],
): Sides<Tokenizer> {
  const [sources, targets] = [train.map((pair) => pair.source), train.map((pair) => pair.target)];
  const first = source.definition.train(shared ? [...sources, ...targets] : sources, source.options);
  return { source: first, target: shared ? first : target.definition.train(targets, target.options) };
}

/** Reports the loss that a model must beat to have learned anything from its source. */
function baseline(
  train: readonly EncodedPair[],
  validation: readonly EncodedPair[],
  { vocabulary }: Tokenizer,
): string {
  const targets = (pairs: readonly EncodedPair[]): number[][] =>
    pairs.map(({ target }) => [...target, vocabulary.eosId]);
  const loss = unigramLoss(targets(train), targets(validation), { vocabularySize: vocabulary.size });
  return `Predicting token frequencies alone would cost ${loss.toFixed(2)} nats per validation token.`;
}

function sizes(train: number, validation: number): string {
  return `${train} pairs to train on, ${validation} to validate on.`;
}

function unknownNotice(
  side: keyof Sides<unknown>,
  { vocabulary }: Tokenizer,
  train: readonly EncodedPair[],
  validation: readonly EncodedPair[],
): string {
  const rates = [train, validation].map((pairs) => {
    let [tokens, unknown] = [0, 0];
    for (const { [side]: ids } of pairs) {
      tokens += ids.length;
      unknown += ids.filter((id) => id === vocabulary.unkId).length;
    }
    return `${((100 * unknown) / Math.max(1, tokens)).toFixed(1)} %`;
  });
  return `The ${side} vocabulary has ${vocabulary.size} tokens; unknown are ${rates[0]} of the training and ${rates[1]} of the validation tokens.`;
}
