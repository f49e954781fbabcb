import { bleu, bleuSignature, chrf, chrfSignature } from "@heed/metrics";
import { beam, greedy } from "@heed/seq2seq";
import { translate } from "@heed/train";
import type { Reproduction } from "./reproduction.js";

type Lines = readonly string[];

/** What {@link measureTranslations} measures. */
const metrics = {
  /** Of the tokens between spaces, for text that is tokenised. */
  BLEU: {
    score: (written: Lines, references: string[][]) => bleu(written, references, { tokenize: "none" }).score,
    signature: bleuSignature({ tokenize: "none" }),
  },
  "BLEU 13a": {
    score: (written: Lines, references: string[][]) => bleu(written, references).score,
    signature: bleuSignature(),
  },
  chrF: {
    score: (written: Lines, references: string[][]) => chrf(written, references),
    signature: chrfSignature(),
  },
};

/**
 * Returns a function that translates sources, and compares the translations with the targets by sacreBLEU's definitions. Case
 * counts. A source that cannot be translated counts as an empty translation.
 */
export function measureTranslations(names: readonly (keyof typeof metrics)[]): Reproduction["measure"] {
  return async (run, pairs, { search, signal }) => {
    const translations = await translate(
      run,
      pairs.map(({ source }) => source),
      { search: search.size === 1 ? greedy() : beam(search), signal, batchSize: 64 },
    );
    const written = translations.map(({ text }) => text);
    const references = [pairs.map(({ target }) => target)];
    return {
      measures: Object.fromEntries(names.map((name) => [name, metrics[name].score(written, references)])),
      signatures: names.map((name) => metrics[name].signature),
      translations: written,
    };
  };
}
