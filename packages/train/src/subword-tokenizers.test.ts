import { writeFile } from "node:fs/promises";
import { cpu, use } from "@heed/tensor";
import { beforeEach, expect, test } from "vitest";
import { temporaryFolder, tinyConfig } from "../testing/tiny.js";
import { translate } from "./inference/translate.js";
import { loadRun, train } from "./node.js";

beforeEach(() => use(cpu()));

test.each([
  ["bpe", "syllables"],
  ["unigram", "jamo"],
])("%s with %s trains one vocabulary, is stored with the run, and translates to text", async (tokenizer, hangul) => {
  const out = await temporaryFolder();
  const tsv = `${out}.tsv`;
  const words = ["값을", "갔다.", "don't"];
  const lines = words.flatMap((first) => words.map((second) => `${first} ${second}\t${second} ${first}`));
  await writeFile(tsv, `${lines.join("\n")}\n`);
  const sourceTokenizer = { vocabularySize: 60, byteFallback: false, hangul };
  const data = { tsv, tokenizer, sharedVocabulary: true, sourceTokenizer, validation: 1 };
  const model = { embeddingSize: 16, hiddenSize: 32, dropout: 0 };
  const trained = await train({
    config: tinyConfig({ epochs: 40, learningRate: 0.02, batchSize: 4 }, { recipe: "bahdanau", model, data }),
    out,
  });
  const run = await loadRun(out);
  expect(run.sourceTokenizer.vocabulary.tokens).toEqual(run.targetTokenizer.vocabulary.tokens);
  expect(run.sourceTokenizer.vocabulary.size).toBeLessThanOrEqual(60);
  const sources = lines.map((line) => line.split("\t")[0]!);
  const translations = await translate(run, sources);
  expect(await translate(trained, sources)).toEqual(translations);
  // Words are written as in the data: without marks of spaces, and with composed Hangul.
  const written = new Set(translations.flatMap(({ text }) => text.split(" ")));
  expect([...written].filter((word) => words.includes(word)).length).toBeGreaterThan(0);
  expect([...written].join("")).toBe([...written].join("").replace(/▁/g, "").normalize("NFC"));
});

test.each(["bpe", "unigram"])(
  "%s: the training text is segmented anew in each epoch, and a run resumes with the same bits",
  async (tokenizer) => {
    const folder = await temporaryFolder();
    const tsv = `${folder}.tsv`;
    const lines = Array.from({ length: 30 }, (_, i) => `lowest newer wider ${i}\t${i} wider newer lowest`);
    await writeFile(tsv, `${lines.join("\n")}\n`);
    const run = async (name: string, sampleSegmentation: boolean, epochs: number[]) => {
      const data = { tsv, tokenizer, sampleSegmentation, validation: 4, sourceTokenizer: { vocabularySize: 300 } };
      const losses: number[] = [];
      for (const [i, count] of epochs.entries()) {
        const config = tinyConfig({ epochs: count }, { recipe: "bahdanau", data });
        const resume = i > 0;
        await train({
          config,
          out: `${folder}-${name}`,
          resume,
          on: (event) => {
            if (event.event === "epoch") losses.push(event.trainLoss);
          },
        });
      }
      return losses;
    };
    const straight = await run("straight", true, [4]);
    expect(await run("resumed", true, [2, 4])).toEqual(straight);
    expect(await run("plain", false, [4])).not.toEqual(straight);
  },
);
