import { HeedError, Random } from "@heed/core";
import { DataError, encodePairs, PairStore, splitPairs, task, taskTokenizer } from "@heed/datasets";
import type { Tokenizer, TokenizerDefinition } from "@heed/tokenizers";
import type { DataConfig, TaskData, TextData } from "../config/data-schema.js";
import { assertKept, assertKnown, assertText, assertTokens } from "./check-data.js";
import { chooseTokenizers, maxLengths, type Sides, type TokenizerChoice } from "./choose-tokenizers.js";
import {
  baselineNotice,
  droppedNotices,
  overlapNotices,
  readNotices,
  sizesNotice,
  splitNotices,
  unknownNotices,
} from "./data-notices.js";
import { encodeSet, type Sample } from "./encode-set.js";
import { normalizer } from "./normalizer.js";
import { type DataSources, type PairSet, readSets } from "./read-sets.js";
import type { TextSample } from "./training-data.js";

/** Data ready to train on. */
export interface PreparedData {
  /** Ids, without `<sos>` and `<eos>`. */
  readonly train: PairStore;
  readonly validation: PairStore;
  /** The validation pairs as text, in the same order. */
  readonly validationText: readonly TextSample[];
  /** The test pairs as text; null without a test set. */
  readonly testText: readonly TextSample[] | null;
  readonly sourceTokenizer: Tokenizer;
  /** The same object when source and target share one. */
  readonly targetTokenizer: Tokenizer;
  /** Largest number of tokens of each side, without `<eos>`, in training and validation pairs. */
  readonly maxLength: Sides<number>;
  /** Information for the user: sizes, empty lines, pairs left out, unknown tokens. */
  readonly notices: readonly string[];
}

/** Options of {@link prepareData}. */
export interface PrepareOptions extends DataSources {
  /** Definitions besides the built-in ones. */
  readonly tokenizers?: readonly TokenizerDefinition[] | undefined;
}

/**
 * Creates or reads the data of a configuration, splits off a validation set unless one is given, trains the tokenizers on the
 * training part, and encodes the pairs. The same data and seed give the same pairs in the same order.
 *
 * @param seed - draws the samples of a task, or the split of a text
 * @throws ConfigError when a tokenizer or one of its options is unknown or wrong
 * @throws DataError when a file cannot be read, when no pair of a set is left, or when too many pairs are left out or too many
 *   tokens are unknown
 * @throws HeedError when pairs are given twice or not at all, or one of them is not a pair of strings
 * @example
 * const { train, sourceTokenizer } = await prepareData(config.data, config.seed, { data: { train: pairs } });
 */
export async function prepareData(
  config: DataConfig,
  seed: number,
  options: PrepareOptions = {},
): Promise<PreparedData> {
  if (!("task" in config)) return await prepareText(config, new Random(seed), options);
  if (options.data === undefined) return prepareTask(config, new Random(seed));
  throw new HeedError(
    `prepareData: the configuration has the task ${config.task}, so \`data\` must be left out, got pairs. Use a configuration for text.`,
  );
}

function prepareTask(config: TaskData, random: Random): PreparedData {
  const { symbols, minLength, maxLength } = config;
  const draw = (count: number): TextSample[] =>
    task(config.task, { symbols, minLength, maxLength, count, random }).map(({ source, target }) => ({
      source: source.join(" "),
      target: target.join(" "),
    }));
  const [train, validation] = [draw(config.train), draw(config.validation)];
  const seen = new Set(train.map(({ source }) => source));
  const repeated = validation.filter(({ source }) => seen.has(source)).length;
  const notices = [sizesNotice(train.length, validation.length)];
  if (repeated > 0)
    notices.push(`${repeated} of the validation pairs occur in the training data, too: sources are drawn freely.`);
  const tokenizer = taskTokenizer(symbols);
  const tokenizers = { source: tokenizer, target: tokenizer };
  return {
    train: PairStore.from(encodePairs(train, tokenizers)),
    validation: PairStore.from(encodePairs(validation, tokenizers)),
    validationText: validation,
    testText: null,
    ...{ sourceTokenizer: tokenizer, targetTokenizer: tokenizer },
    maxLength: maxLengths(config),
    notices,
  };
}

async function prepareText(config: TextData, random: Random, options: PrepareOptions): Promise<PreparedData> {
  const choices = chooseTokenizers(config, options.tokenizers);
  const maxLength = maxLengths(config, options.tokenizers);

  // Read and normalize.
  const sets = await readSets(config, options);
  const given = normalizeSet(config, sets.train);
  assertText(given, sets.validation ? "training data" : "data");
  const ownValidation = sets.validation && normalizeSet(config, sets.validation);
  if (ownValidation) assertText(ownValidation, "validation data");
  const ownTest = sets.test && normalizeSet(config, sets.test);
  if (ownTest) assertText(ownTest, "test data");

  // Split, unless there is a validation set.
  const share = typeof config.validation === "number" ? config.validation : 0;
  const held = share < 1 ? Math.max(1, Math.round(share * given.length)) : share;
  if (!ownValidation && held >= given.length) throw notEnough(held, given.length);
  const split = ownValidation ? null : splitPairs(given, { validation: share, random });
  const parts = split ?? { train: given, validation: ownValidation ?? [] };

  // Train the tokenizers on the training part, and encode.
  const tokenizers = trainTokenizers(choices, config.sharedVocabulary, parts.train);
  const { unit } = sets.train;
  const train = encodeSet(parts.train, { name: "training", unit, tokenizers, maxLength });
  const validationUnit = sets.validation?.unit ?? unit;
  const validation = encodeSet(parts.validation, { name: "validation", unit: validationUnit, tokenizers, maxLength });
  const test = ownTest && encodeSet(ownTest, { name: "test", unit: sets.test?.unit ?? unit, tokenizers });

  // Check.
  const limits = { config, choices, maxLength };
  for (const group of split ? [[train, validation]] : [[train], [validation]]) assertKept(group, limits);
  assertTokens(train);
  const sizes = { source: tokenizers.source.vocabulary.size, target: tokenizers.target.vocabulary.size };
  assertKnown(train, sizes, limits);

  const encoded = [train, validation, ...(test ? [test] : [])];
  return {
    ...{ train: train.pairs, validation: validation.pairs, validationText: validation.texts },
    testText: test?.texts ?? null,
    ...{ sourceTokenizer: tokenizers.source, targetTokenizer: tokenizers.target },
    maxLength,
    notices: [
      ...readNotices(sets.train, "training"),
      ...(sets.validation ? readNotices(sets.validation, "validation") : []),
      ...(sets.test ? readNotices(sets.test, "test") : []),
      ...droppedNotices([train, validation], maxLength),
      sizesNotice(train.pairs.length, validation.pairs.length, test?.pairs.length),
      ...(split ? splitNotices(split.report) : []),
      ...(ownValidation ? overlapNotices(given, ownValidation, "validation") : []),
      ...(ownTest ? overlapNotices(parts.train, ownTest, "test") : []),
      ...unknownNotices(encoded, tokenizers),
      baselineNotice(train.pairs, validation.pairs, tokenizers.target),
    ],
  };
}

function notEnough(validation: number, pairs: number): DataError {
  return new DataError(
    `Expected more than ${validation} pairs, to validate on ${validation} of them, got ${pairs}. Give more pairs, or set data.validation to a smaller number or to a set.`,
  );
}

function normalizeSet(config: TextData, { pairs }: PairSet): Sample[] {
  const [source, target] = [normalizer(config, "source"), normalizer(config, "target")];
  return pairs.map((pair) => ({
    ...{ source: source(pair.source), target: target(pair.target), line: pair.line },
    text: { source: pair.source, target: pair.target },
  }));
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
