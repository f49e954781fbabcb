import type { Random } from "@heed/core";
import { DataError } from "@heed/datasets";
import { splitPairs } from "@heed/datasets/text";
import type { Tokenizer } from "@heed/tokenizers";
import type { TextData } from "../config/data-schema.js";
import type { Catalog } from "../plugins/catalog.js";
import { assertKept, assertKnown, assertText, assertTokens } from "./check-data.js";
import { chooseTokenizers, maxLengths, type Sides, type TokenizerChoice } from "./choose-tokenizers.js";
import {
  baselineNotice,
  droppedNotices,
  overlapNotices,
  readNotices,
  splitNotices,
  unalignedNotices,
  unknownNotices,
} from "./data-notices.js";
import { encodeSet, type Sample } from "./encode-set.js";
import { normalizer } from "./normalizer.js";
import type { PreparedData } from "./prepared-data.js";
import { type DataSources, type PairSet, readSets } from "./read-sets.js";
import { sampleSegmentation } from "./sample-segmentation.js";
import type { TextSample } from "./training-data.js";
import { WordAligner } from "./word-aligner.js";

/** Prepares text, as `prepareData` says. */
export async function prepareText(
  config: TextData,
  random: Random,
  { tokenizers: known }: Catalog,
  { copies, ...sources }: DataSources & { readonly copies?: boolean },
): Promise<PreparedData> {
  const choices = chooseTokenizers(config, known);
  const maxLength = maxLengths(config, known);

  // Read and normalize.
  const sets = await readSets(config, sources);
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
  const tokenizers = await trainTokenizers(choices, config.sharedVocabulary, parts.train, sources);
  const { unit } = sets.train;
  const common = { tokenizers, copies, aligner: new WordAligner(tokenizers) };
  const trainOptions = { name: "training", unit, maxLength, ...common };
  const train = encodeSet(parts.train, trainOptions);
  const validationUnit = sets.validation?.unit ?? unit;
  const validation = encodeSet(parts.validation, { name: "validation", unit: validationUnit, maxLength, ...common });
  const test = ownTest && encodeSet(ownTest, { name: "test", unit: sets.test?.unit ?? unit, ...common });

  // Check.
  const limits = { config, choices, maxLength };
  for (const group of split ? [[train, validation]] : [[train], [validation]]) assertKept(group, limits);
  assertTokens(train);
  const sizes = { source: tokenizers.source.vocabulary.size, target: tokenizers.target.vocabulary.size };
  assertKnown(train, sizes, limits);

  const encoded = [train, validation, ...(test ? [test] : [])];
  return {
    ...{ train: train.pairs, validation: validation.pairs, validationText: validation.texts },
    sampledTrain: config.sampleSegmentation
      ? sampleSegmentation(train, trainOptions, random.integer(0, 2 ** 31))
      : null,
    testText: test?.texts ?? null,
    ...{ sourceTokenizer: tokenizers.source, targetTokenizer: tokenizers.target },
    maxLength,
    notices: [
      ...readNotices(sets.train, "training"),
      ...(sets.validation ? readNotices(sets.validation, "validation") : []),
      ...(sets.test ? readNotices(sets.test, "test") : []),
      ...droppedNotices([train, validation], maxLength),
      ...unalignedNotices([train, validation]),
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
    ...{ ...pair, source: source(pair.source), target: target(pair.target) },
    text: { source: pair.source, target: pair.target },
  }));
}

/** Trains the tokenizers of both sides on the training part; one tokenizer when they share it. */
async function trainTokenizers(
  { source, target }: Sides<TokenizerChoice>,
  shared: boolean,
  train: readonly TextSample[],
  { readFile }: DataSources,
): Promise<Sides<Tokenizer>> {
  const [sources, targets] = [train.map((pair) => pair.source), train.map((pair) => pair.target)];
  const first = await source.definition.train(shared ? [...sources, ...targets] : sources, source.options, {
    readFile,
  });
  return {
    source: first,
    target: shared ? first : await target.definition.train(targets, target.options, { readFile }),
  };
}
