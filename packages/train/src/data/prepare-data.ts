import { HeedError, Random } from "@heed/core";
import {
  DataError,
  type EncodedPair,
  encodePairs,
  limitLength,
  type ParallelText,
  readParallelText,
  readTsv,
  type SequencePair,
  splitPairs,
  type Tokenizer,
  task,
  taskVocabulary,
  tokenizePairs,
  unknownReport,
  Vocabulary,
} from "@heed/datasets";
import { unigramLoss } from "@heed/metrics";
import type { DataConfig, TaskData, TextData } from "../config/data-schema.js";
import { tokenizersOf } from "./tokenizers-of.js";

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
  readonly sourceVocabulary: Vocabulary;
  /** The same object where the two are one. */
  readonly targetVocabulary: Vocabulary;
  readonly sourceTokenizer: Tokenizer;
  readonly targetTokenizer: Tokenizer;
  /** What a person should know about the data: sizes, empty lines, pairs left out, unknown tokens. */
  readonly notices: readonly string[];
}

/** A pair of tokens that remembers its text. */
interface Sample extends SequencePair {
  readonly text: TextSample;
}

/**
 * Makes or reads the data of a configuration, splits it, and turns it into ids. Node only where it reads files. The same
 * data and seed give the same pairs in the same order.
 *
 * @param seed - draws the samples of a task, or the split of a text
 * @throws DataError when a file is missing or not UTF-8, when the two differ in length, or nothing is left to train on:
 *   no pair has a token on both sides
 * @example
 * const { train, sourceVocabulary } = await prepareData(config.data, config.seed);
 */
export async function prepareData(data: DataConfig, seed: number): Promise<PreparedData> {
  return "task" in data ? prepareTask(data, new Random(seed)) : await prepareText(data, new Random(seed));
}

function prepareTask(data: TaskData, random: Random): PreparedData {
  const { symbols, minLength, maxLength } = data;
  const draw = (count: number): Sample[] =>
    task(data.task, { symbols, minLength, maxLength, count, random }).map(({ source, target }) => ({
      source,
      target,
      text: { source: source.join(" "), target: target.join(" ") },
    }));
  const [train, validation] = [draw(data.train), draw(data.validation)];
  const vocabulary = taskVocabulary(symbols);
  const seen = new Set(train.map(({ text }) => text.source));
  const repeated = validation.filter(({ text }) => seen.has(text.source)).length;
  const notices = [sizes(train.length, validation.length)];
  if (repeated > 0)
    notices.push(`${repeated} of the validation pairs occur in the training data, too: sources are drawn freely.`);
  return encode(data, { train, validation }, { source: vocabulary, target: vocabulary }, notices);
}

async function prepareText(data: TextData, random: Random): Promise<PreparedData> {
  const { pairs, report } = await readText(data);
  const chosen = data.limit === undefined ? pairs : pairs.slice(0, data.limit);
  const notices: string[] = [];
  if (chosen.length < pairs.length) notices.push(`The first ${chosen.length} of ${pairs.length} pairs are used.`);
  const empty = report.empty.filter((line) => line <= (chosen.at(-1)?.line ?? 0));
  if (empty.length > 0) {
    const lines = `${empty.slice(0, 10).join(", ")}${empty.length > 10 ? ", …" : ""}`;
    notices.push(`${empty.length} pairs with an empty side are kept (lines ${lines}).`);
  }
  const tokens = tokenizePairs(chosen, tokenizersOf(data));
  const samples = tokens.map(({ source, target, line }, i): Sample => {
    const text = { source: chosen[i]!.source, target: chosen[i]!.target };
    return { source, target, text, ...(line === undefined ? {} : { line }) };
  });
  const limited = limitLength(samples, { maxLength: data.maxLength });
  if (limited.report.dropped > 0) notices.push(limited.report.message);
  assertTokens(limited.pairs, "data");
  const split = splitPairs(limited.pairs, { validation: data.validation, random });
  assertTokens(split.train, "training data");
  notices.push(sizes(split.train.length, split.validation.length));
  const { wanted, got } = split.report.validation;
  if (got < wanted) {
    notices.push(
      `${wanted} validation pairs were asked for; sentences that stand in several pairs must stay together.`,
    );
  }
  const vocabularies = buildVocabularies(data, split.train);
  for (const side of ["source", "target"] as const) {
    notices.push(unknownNotice(side, vocabularies[side], split.train, split.validation));
  }
  const prepared = encode(data, split, vocabularies, notices);
  return { ...prepared, notices: [...notices, baseline(prepared)] };
}

/** Pairs with an empty side are kept; nothing but such pairs teaches nothing. */
function assertTokens(pairs: readonly SequencePair[], what: string): void {
  if (pairs.some(({ source, target }) => source.length > 0 && target.length > 0)) return;
  throw new DataError(
    `No pair of the ${what} has a token on both sides (${pairs.length} in all): there is nothing to learn. Look at the files, at data.maxLength and at data.limit.`,
  );
}

/** What a model must beat to have learned anything from its source. */
function baseline({ train, validation, targetVocabulary }: PreparedData): string {
  const targets = (pairs: readonly EncodedPair[]): number[][] =>
    pairs.map(({ target }) => [...target, targetVocabulary.eosId]);
  const loss = unigramLoss(targets(train), targets(validation), { vocabularySize: targetVocabulary.size });
  return `Predicting token frequencies alone would cost ${loss.toFixed(2)} nats per validation token.`;
}

function readText({ tsv, source, target, sourceColumn, targetColumn }: TextData): Promise<ParallelText> {
  if (tsv !== undefined) return readTsv(tsv, { columns: { source: sourceColumn, target: targetColumn } });
  if (source !== undefined && target !== undefined) return readParallelText({ source, target });
  throw new HeedError("data: name either `tsv`, or both `source` and `target`.");
}

function buildVocabularies(data: TextData, train: readonly Sample[]): { source: Vocabulary; target: Vocabulary } {
  const { minFrequency, maxVocabulary: maxSize } = data;
  const build = (sentences: readonly (readonly string[])[]): Vocabulary =>
    Vocabulary.build(sentences, { minFrequency, maxSize });
  const [sources, targets] = [train.map(({ source }) => source), train.map(({ target }) => target)];
  if (!data.sharedVocabulary) return { source: build(sources), target: build(targets) };
  const shared = build([...sources, ...targets]);
  return { source: shared, target: shared };
}

function encode(
  data: DataConfig,
  { train, validation }: { readonly train: readonly Sample[]; readonly validation: readonly Sample[] },
  vocabularies: { readonly source: Vocabulary; readonly target: Vocabulary },
  notices: readonly string[],
): PreparedData {
  const tokenizers = tokenizersOf(data);
  return {
    train: encodePairs(train, vocabularies),
    validation: encodePairs(validation, vocabularies),
    validationText: validation.map(({ text }) => text),
    sourceVocabulary: vocabularies.source,
    targetVocabulary: vocabularies.target,
    sourceTokenizer: tokenizers.source,
    targetTokenizer: tokenizers.target,
    notices,
  };
}

function sizes(train: number, validation: number): string {
  return `${train} pairs to train on, ${validation} to validate on.`;
}

function unknownNotice(
  side: "source" | "target",
  vocabulary: Vocabulary,
  train: readonly Sample[],
  validation: readonly Sample[],
): string {
  const rates = [train, validation].map((samples) => {
    const { rate } = unknownReport(
      vocabulary,
      samples.map((sample) => sample[side]),
    );
    return `${(100 * rate).toFixed(1)} %`;
  });
  return `The ${side} vocabulary has ${vocabulary.size} tokens; unknown are ${rates[0]} of the training and ${rates[1]} of the validation tokens.`;
}
