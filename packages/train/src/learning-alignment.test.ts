import { Random } from "@heed/core";
import { encodePair, makeBatch } from "@heed/datasets";
import { type AlignmentLinks, alignmentErrorRate, linksOfWeights } from "@heed/metrics";
import { uploadBatch } from "@heed/seq2seq";
import { disposeAll, noGrad, scope } from "@heed/tensor";
import { describe, expect, test } from "vitest";
import { useFastBackend } from "../testing/learn.js";
import { checkConfig } from "./config/run-config.js";
import type { TextSample } from "./data/training-data.js";
import { type TrainResult, train } from "./train.js";

useFastBackend();

const consonants = "bdgklmnprst";
const wordPairs = Array.from({ length: 24 }, (_, i) => {
  const [a, b] = [consonants[i % 11]!, consonants[(5 * i + 3) % 11]!];
  return [`${a}a${b}u`, `${b}i${a}o`] as const;
});

/** Sentences whose translation has the same order, after a word that has no counterpart. */
function sentencePairs(count: number, random: Random): TextSample[] {
  return Array.from({ length: count }, () => {
    const chosen = Array.from({ length: random.integer(3, 7) }, () => wordPairs[random.integer(0, wordPairs.length)]!);
    return {
      source: chosen.map(([word]) => word).join(" "),
      target: ["ya", ...chosen.map(([, word]) => word)].join(" "),
      alignment: chosen.map((_, i) => [i, i + 1] as const),
    };
  });
}

/** Returns the alignment error rate of a run on sentences, by forced decoding. */
async function errorRateOf(
  { model, sourceTokenizer, targetTokenizer }: TrainResult,
  sentences: readonly TextSample[],
): Promise<number> {
  const tokenizers = { source: sourceTokenizer, target: targetTokenizer };
  const layout = { source: sourceTokenizer.vocabulary, target: targetTokenizer.vocabulary };
  const links: AlignmentLinks[] = [];
  for (const sentence of sentences) {
    const { source, target } = encodePair(sentence, tokenizers, "test");
    const arrays = makeBatch([{ source, target }], layout);
    const weights = scope(() => noGrad(() => model.forward(uploadBatch(arrays)).weights!));
    const values = await weights.data();
    disposeAll([weights]);
    const rows = target.map((_, t) => values.subarray(t * arrays.s, (t + 1) * arrays.s));
    const [sourceWords, targetWords] = [
      sourceTokenizer.encode(sentence.source).words,
      targetTokenizer.encode(sentence.target).words,
    ];
    links.push(linksOfWeights(rows, { sourceWords, targetWords }));
  }
  return alignmentErrorRate(
    links,
    // The first target word may be linked to anything.
    sentences.map(({ alignment }) => ({ sure: alignment!, possible: alignment!.map(([from]) => [from, 0]) })),
  ).errorRate;
}

describe("guided alignment lowers the alignment error rate", () => {
  test.each([
    ["transformer", { hiddenSize: 32, heads: 2, feedForwardSize: 64, alignmentLayer: 0, alignmentHead: 1, dropout: 0 }],
    ["bahdanau", { hiddenSize: 32, embeddingSize: 16, dropout: 0 }],
  ])("%s, on subwords", async (recipe, model) => {
    const random = new Random(1);
    const data = { train: sentencePairs(400, random), validation: sentencePairs(20, random) };
    const held = sentencePairs(40, random);
    const errorRate = async (guidedAlignment: number): Promise<number> => {
      const config = checkConfig(
        {
          recipe,
          model,
          data: {
            tokenizer: "bpe",
            sourceTokenizer: { vocabularySize: 310 },
            targetTokenizer: { vocabularySize: 310 },
          },
          training: { epochs: 6, batchSize: 16, learningRate: 8e-3, guidedAlignment },
        },
        { text: true },
      );
      const run = await train({ config, data });
      const rate = await errorRateOf(run, held);
      run.model.dispose();
      return rate;
    };
    const [guided, free] = [await errorRate(1), await errorRate(0)];
    expect(guided).toBeLessThan(0.2);
    expect(guided).toBeLessThan(0.6 * free);
  });
});

test("guided alignment without alignments is refused before training", async () => {
  const config = checkConfig({ recipe: "bahdanau", training: { guidedAlignment: 0.5 } }, { text: true });
  const pairs = sentencePairs(10, new Random(1)).map(({ source, target }) => ({ source, target }));
  await expect(train({ config, data: { train: pairs } })).rejects.toThrow(
    "training.guidedAlignment is 0.5, but the training pairs have no alignment. Name a file in data.alignments",
  );
});
