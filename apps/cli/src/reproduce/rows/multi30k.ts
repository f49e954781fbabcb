import { join } from "node:path";
import { measureTranslations } from "../measure-translations.js";
import { dataFolder, readSamples } from "../read-data.js";
import type { ReproducedConfig, Reproduction } from "../reproduction.js";

type Language = "en" | "de";

/** What the rows of Multi30k differ in. */
export interface Multi30kRow extends Pick<Reproduction, "name" | "model" | "anchor" | "goal"> {
  readonly from: Language;
  readonly to: Language;
  /** Number of last epochs whose average is compared with the best epoch. */
  readonly averaged: number;
  /** Without the files, which are the same for all. */
  readonly config: ReproducedConfig;
}

/** Returns the data options of one BPE vocabulary for both languages. */
export function jointBpe(vocabularySize: number): ReproducedConfig["data"] {
  return {
    tokenizer: "bpe",
    sharedVocabulary: true,
    sourceTokenizer: { vocabularySize, byteFallback: false, coverage: 1 },
  };
}

const origin = "the files *.lc.norm.tok.* of https://github.com/multi30k/dataset, data/task1/tok";

/**
 * Defines a row of Multi30k: 29,000 training pairs, 1,014 validation pairs, and test_2016_flickr with 1,000. The files are
 * in lower case, normalised and tokenised; BLEU is computed on these tokens, as in the papers.
 */
export function multi30k({ from, to, averaged, config, ...row }: Multi30kRow): Reproduction {
  return {
    ...row,
    notes: [],
    weights: ["best", { last: averaged }],
    searches: [0.6, 1, 1.4].map((lengthPenalty) => ({ size: 5, lengthPenalty })),
    data: `Multi30k ${from}→${to}, test2016`,
    metric: { name: "BLEU", better: "higher" },
    measure: measureTranslations(["BLEU", "BLEU 13a", "chrF"]),
    async prepare(setting) {
      const folder = await dataFolder(setting, "multi30k/tok", origin);
      const files = (set: string) => ({
        source: join(folder, `${set}.lc.norm.tok.${from}`),
        target: join(folder, `${set}.lc.norm.tok.${to}`),
      });
      const pairs = (set: string) => readSamples(files(set).source, files(set).target);
      return {
        config: { ...config, data: { ...config.data, ...files("train"), validation: files("val") } },
        validation: await pairs("val"),
        test: await pairs("test_2016_flickr"),
      };
    },
  };
}
