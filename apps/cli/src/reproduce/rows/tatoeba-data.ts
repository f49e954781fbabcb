import { join } from "node:path";
import { Random } from "@heed/core";
import { splitPairs } from "@heed/datasets/text";
import type { TextSample } from "@heed/train";
import { dataFolder, readSamples } from "../read-data.js";
import type { ReproduceSetting } from "../reproduction.js";

/** Pairs of each set. */
export interface TatoebaSets {
  readonly train: readonly TextSample[];
  readonly validation: readonly TextSample[];
  readonly test: readonly TextSample[];
}

const trainPairs = 10_000;

/**
 * Reads Tatoeba's Korean–English pairs, and LASER's 1,000 test pairs.
 *
 * A pair with a sentence of the test set, on either side, is left out. Of the rest, 10,000 pairs are for training and the
 * others for validation; pairs that share a sentence are in the same set. Sentences count as equal when they differ only in
 * case, punctuation and white space. The sets do not depend on the seed of the training.
 */
export async function readTatoeba(setting: ReproduceSetting): Promise<TatoebaSets> {
  const corpus = await dataFolder(
    setting,
    "tatoeba_ko_en",
    "ko-en.ko and ko-en.en, from https://tatoeba.org/downloads",
  );
  const laser = await dataFolder(
    setting,
    "tatoeba_laser_test",
    "tatoeba.kor-eng.* of https://github.com/facebookresearch/LASER, data/tatoeba/v1",
  );
  const pairs = await readSamples(join(corpus, "ko-en.ko"), join(corpus, "ko-en.en"));
  const test = await readSamples(join(laser, "tatoeba.kor-eng.kor"), join(laser, "tatoeba.kor-eng.eng"));
  return splitTatoeba(pairs, test, trainPairs);
}

/** Splits pairs as {@link readTatoeba} does, with at most `count` pairs to train on. */
export function splitTatoeba(pairs: readonly TextSample[], test: readonly TextSample[], count: number): TatoebaSets {
  const known = {
    source: new Set(test.map(({ source }) => sentenceKey(source))),
    target: new Set(test.map(({ target }) => sentenceKey(target))),
  };
  const keyed = pairs
    .map((pair) => ({ pair, source: sentenceKey(pair.source), target: sentenceKey(pair.target) }))
    .filter(({ source, target }) => !known.source.has(source) && !known.target.has(target));
  const validation = Math.max(1, keyed.length - count);
  const split = splitPairs(keyed, { validation, random: new Random(0) });
  return {
    train: split.train.slice(0, count).map(({ pair }) => pair),
    validation: split.validation.map(({ pair }) => pair),
    test,
  };
}

/** Removes case, punctuation and white space. */
function sentenceKey(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, "");
}
