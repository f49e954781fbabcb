import { writeFile } from "node:fs/promises";
import { cpu, use } from "@heed/tensor";
import { defineTokenizer, type Tokenizer, tokenizerFormat, trainTokenizer, Vocabulary } from "@heed/tokenizers";
import { huggingFaceTokenizer } from "@heed/tokenizers/hugging-face";
import { beforeEach, expect, test } from "vitest";
import { temporaryFolder, tinyConfig } from "../testing/tiny.js";
import { attend } from "./inference/attend.js";
import { evaluate } from "./inference/evaluate.js";
import { translate } from "./inference/translate.js";
import { loadRun, train } from "./node.js";

/** Cuts words into pieces of a fixed size. A piece inside a word begins with `+` in the vocabulary, but not in the text. */
function piecesOf(vocabulary: Vocabulary, size: number): Tokenizer {
  return {
    ...{ name: "pieces", vocabulary },
    encode(text) {
      const pieces = cut(text, size);
      return {
        ids: vocabulary.encode(pieces.map(({ entry }) => entry)),
        tokens: pieces.map(({ token }) => token),
        words: pieces.map(({ word }) => word),
      };
    },
    decode: (ids) => vocabulary.decode(ids).join(" ").replaceAll(" +", ""),
    toJSON: () => ({ ...tokenizerFormat, name: "pieces", size, vocabulary: vocabulary.toJSON() }),
  };
}

function cut(text: string, size: number): { token: string; entry: string; word: number }[] {
  return text
    .split(" ")
    .filter((word) => word !== "")
    .flatMap((word, index) =>
      Array.from({ length: Math.ceil(word.length / size) }, (_, i) => {
        const token = word.slice(i * size, (i + 1) * size);
        return { token, entry: i === 0 ? token : `+${token}`, word: index };
      }),
    );
}

const pieces = defineTokenizer<{ size: number }>({
  name: "pieces",
  summary: "pieces of words",
  maxLength: 9,
  options: { size: { type: "integer", minimum: 1, default: 2, meaning: "Letters of a piece." } },
  train: (lines, { size }) =>
    piecesOf(Vocabulary.build(Array.from(lines, (line) => cut(line, size).map(({ entry }) => entry))), size),
  fromJSON: (json) => piecesOf(Vocabulary.fromJSON(json.vocabulary), Number(json.size)),
});

beforeEach(() => use(cpu()));

test("a tokenizer from outside trains, is stored with the run, and translates", async () => {
  const out = await temporaryFolder();
  const tsv = `${out}.tsv`;
  const words = ["BABA", "DODO", "KEKE", "MUMU", "LALA", "SISI"];
  const lines = words.flatMap((first) => words.map((second) => `${first} ${second}\t${second} ${first}`));
  await writeFile(tsv, `${lines.join("\n")}\n`);
  const data = { tsv, tokenizer: "pieces", targetTokenizer: { size: 3 }, lowercase: true, validation: 4 };
  expect(() => tinyConfig({}, { recipe: "bahdanau", data })).toThrow('data.tokenizer: There is no tokenizer "pieces".');
  const config = tinyConfig({ epochs: 2 }, { recipe: "bahdanau", data }, [pieces]);
  await expect(train({ config })).rejects.toThrow('data.tokenizer: There is no tokenizer "pieces".');
  const { model, validation, ...trained } = await train({ config, out, plugins: [pieces] });
  expect(trained.maxLength).toEqual({ source: 9, target: 9 });

  await expect(loadRun(out)).rejects.toThrow(
    /was trained with the tokenizer "pieces"\. Nothing .* pass it in `plugins`\./,
  );
  const run = await loadRun(out, { plugins: [pieces] });
  expect(["ba", "+ba", "BA"].map((token) => run.sourceTokenizer.vocabulary.has(token))).toEqual([true, true, false]);
  expect(["bab", "+a", "+ba"].map((token) => run.targetTokenizer.vocabulary.has(token))).toEqual([true, true, false]);

  const [translation] = await translate(run, ["Dodo BABA zuzu"]);
  expect(translation).toMatchObject({ source: ["do", "do", "ba", "ba", "zu", "zu"], unknown: ["zu", "zu"] });
  expect(translation!.text).not.toContain("+");
  expect(await translate({ ...trained, model }, ["Dodo BABA zuzu"])).toEqual([translation]);
  const { maps, weights } = await attend(run, "Dodo BABA");
  expect(maps[0]!.keys).toEqual(["do", "do", "ba", "ba"]);
  for (const [i, row] of maps[0]!.heads[0]!.entries()) {
    for (const [j, weight] of row.entries()) expect(weight).toBeCloseTo(weights![i]![j]!, 5);
  }
  const measured = await evaluate(run, validation);
  expect(measured.loss).toBeCloseTo(trained.done.bestValidLoss!, 5);
  expect(measured.metrics["sequence-accuracy"]).toBe(trained.done.sequenceAccuracy);
  // Each target has two words of two pieces, and <eos>.
  expect(measured.tokens).toBe(5 * validation.length);

  const { done } = await train({
    config: { ...config, training: { ...config.training, epochs: 3 } },
    ...{ out, resume: true, plugins: [pieces] },
  });
  expect(done.epochs).toBe(3);
});

test("a tokenizer.json that exists is used for both sides, and stored with the run", async () => {
  const out = await temporaryFolder();
  const [tsv, file] = [`${out}.tsv`, `${out}.json`];
  const pairs = ["low tower\ttower low", "new tower\ttower new", "low low\tlow low", "new low\tlow new"];
  await writeFile(tsv, `${pairs.join("\n")}\n`);
  const trained = await trainTokenizer("bpe", pairs, { vocabularySize: 300 });
  const { model, ...rest } = JSON.parse(JSON.stringify(trained));
  delete model.heed;
  await writeFile(file, JSON.stringify({ ...rest, model }));
  const options = { sharedVocabulary: true, sourceTokenizer: { file, name: "hugging-face" }, validation: 1 };
  const plugins = [huggingFaceTokenizer];
  const config = tinyConfig({ epochs: 1 }, { recipe: "bahdanau", data: { tsv, ...options } }, plugins);
  await train({ config, out, plugins });
  const run = await loadRun(out, { plugins });
  expect(run.targetTokenizer).toBe(run.sourceTokenizer);
  expect(run.sourceTokenizer.name).toBe("hugging-face");
  expect(run.sourceTokenizer.encode("low tower").ids).toEqual(trained.encode("low tower").ids);
  expect((await translate(run, ["low tower"]))[0]!.source).toEqual(["▁low", "▁tower"]);
});
