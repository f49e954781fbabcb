import { measureTranslations } from "../measure-translations.js";
import type { ReproducedConfig, Reproduction } from "../reproduction.js";
import { readTatoeba } from "./tatoeba-data.js";

type Part = Pick<ReproducedConfig, "data"> & { readonly name: string; readonly shown: string };

const subword = (options: Readonly<Record<string, unknown>>, tokenizer: string): Readonly<Record<string, unknown>> => ({
  tokenizer,
  sampleSegmentation: true,
  sourceTokenizer: { vocabularySize: 4000, byteFallback: false, coverage: 1, ...options },
  targetTokenizer: { vocabularySize: 4000, byteFallback: false, coverage: 1 },
});

/** The ways in which text becomes tokens. */
const parts: readonly Part[] = [
  {
    name: "word",
    shown: "words",
    data: { tokenizer: "word", sourceTokenizer: { locale: "ko" }, targetTokenizer: { locale: "en" } },
  },
  { name: "jamo", shown: "BPE of 4,000, Korean in jamo", data: subword({ hangul: "jamo" }, "bpe") },
  { name: "bpe", shown: "BPE of 4,000", data: subword({}, "bpe") },
  { name: "unigram", shown: "unigram subwords, 4,000", data: subword({}, "unigram") },
];

type Model = Omit<ReproducedConfig, "data"> & { readonly name: string; readonly shown: string };

const models: readonly Model[] = [
  {
    name: "gru",
    shown: "GRU 256 in both directions, additive attention, readout, embedding 128",
    recipe: "bahdanau",
    model: {
      embeddingSize: 128,
      hiddenSize: 256,
      bidirectional: true,
      output: "readout",
      embeddingDropout: 0.4,
      sourceDropout: 0.3,
      outputDropout: 0.5,
    },
    training: {
      epochs: 40,
      bestMetric: "chrf",
      batchSize: 32,
      learningRate: 1e-3,
      schedule: "linear",
      labelSmoothing: 0.1,
      clipNorm: 1,
      patience: null,
    },
  },
  {
    name: "transformer",
    shown: "Transformer: 3 + 3 layers, size 128, feed-forward 512, 4 heads",
    recipe: "transformer",
    model: {
      hiddenSize: 128,
      feedForwardSize: 512,
      heads: 4,
      layers: 3,
      norm: "pre",
      dropout: 0.3,
      tieOutput: true,
    },
    training: {
      epochs: 60,
      bestMetric: "chrf",
      batchTokens: 1024,
      optimizerOptions: { betas: [0.9, 0.98] },
      learningRate: 2e-3,
      schedule: "inverse-sqrt",
      warmupSteps: 1000,
      labelSmoothing: 0.1,
      clipNorm: 1,
      patience: null,
    },
  },
];

/** Korean to English with 10,000 pairs: four tokenizers, each with a GRU and with a Transformer. */
export const tatoeba: readonly Reproduction[] = parts.flatMap((part) =>
  models.map(
    ({ name, shown, ...config }): Reproduction => ({
      name: `tatoeba-${part.name}-${name}`,
      data: "Tatoeba ko→en, 10,000 pairs, LASER's test set",
      model: `${shown}; ${part.shown}`,
      anchor: "–",
      goal: null,
      notes: ["No sentence of the test set occurs in the training or validation pairs, on either side."],
      metric: { name: "chrF", better: "higher" },
      weights: ["best", { last: 10 }],
      searches: [0.6, 1, 1.4].map((lengthPenalty) => ({ size: 5, lengthPenalty })),
      measure: measureTranslations(["chrF", "BLEU 13a"]),
      async prepare(setting) {
        const { train, validation, test } = await readTatoeba(setting);
        return { config: { ...config, data: part.data }, pairs: { train, validation }, validation, test };
      },
    }),
  ),
);
