import { writeFile } from "node:fs/promises";
import { DataError } from "@heed/datasets";
import { readFile } from "@heed/datasets/node";
import { describe, expect, test } from "vitest";
import { storePairs } from "../../testing/store-pairs.js";
import { temporaryFolder } from "../../testing/tiny.js";
import { ConfigError } from "../config/config-error.js";
import { taskDataSchema, textDataSchema } from "../config/data-schema.js";
import { prepareData } from "./prepare-data.js";
import type { PreparedData } from "./prepared-data.js";
import type { TextSample, TrainingData } from "./training-data.js";

const taskData = (data: Record<string, unknown>) => taskDataSchema.parse(data);
const textData = (data: Record<string, unknown>) => textDataSchema.parse(data);

/** Prepares text; without files, of pairs in memory. */
const prepareText = (data: Record<string, unknown>, seed = 1, pairs?: TrainingData): Promise<PreparedData> =>
  prepareData(textData(data), seed, { readFile, data: pairs });

describe("tasks", () => {
  test("the copy lesson: 2,000 and 200 samples, eleven tokens, one vocabulary", async () => {
    const data = await prepareData(taskData({ task: "copy" }), 0);
    expect([data.train.length, data.validation.length]).toEqual([2000, 200]);
    expect(data.sourceTokenizer.vocabulary.tokens).toEqual(["<pad>", "<sos>", "<eos>", ..."abcdefgh"]);
    expect(data.targetTokenizer).toBe(data.sourceTokenizer);
    expect(data.maxLength).toEqual({ source: 7, target: 7 });
    for (const { source, target } of storePairs(data.train)) {
      expect(source).toEqual(target);
      expect(source.length).toBeGreaterThanOrEqual(3);
      expect(source.length).toBeLessThanOrEqual(7);
    }
    expect(data.notices).toHaveLength(1);
    expect(data.notices[0]).toMatch(/^\d+ of the validation pairs occur in the training data, too/);
    const { source, target } = data.validationText[0]!;
    expect(data.sourceTokenizer.encode(source).ids).toEqual(Array.from(data.validation.source(0)));
    expect(target).toBe(source);
  });

  test("the seed decides the samples", async () => {
    const train = async (seed: number) =>
      storePairs((await prepareData(taskData({ task: "reverse", train: 5 }), seed)).train);
    expect(await train(1)).toEqual(await train(1));
    expect(await train(1)).not.toEqual(await train(2));
  });

  test("with test samples, no source of a held-out set occurs elsewhere, and the training samples stay the same", async () => {
    const sizes = { task: "add", largest: 20, train: 300, validation: 40, test: 60 };
    const data = await prepareData(taskData(sizes), 3);
    expect(data.notices).toEqual(["No validation or test source occurs in the training data."]);
    const { decode } = data.sourceTokenizer;
    const train = new Set(storePairs(data.train).map((pair) => decode(pair.source)));
    const held = [...data.validationText, ...data.testText!].map((pair) => pair.source);
    expect(new Set(held).size).toBe(100);
    expect(held.filter((text) => train.has(text))).toEqual([]);
    for (const { source, target } of data.testText!) {
      const [first, second] = source.split("+");
      expect(Number(first) + Number(second)).toBe(Number(target));
    }
    const without = await prepareData(taskData({ ...sizes, test: 0 }), 3);
    expect(without.testText).toBeNull();
    expect(storePairs(without.train)).toEqual(storePairs(data.train));
  });

  test("a task with too few sources for its test samples is refused", async () => {
    const data = taskData({ task: "add", largest: 1, train: 10, validation: 2, test: 1 });
    await expect(prepareData(data, 0)).rejects.toThrow(
      /The task "add" must have more sources than the 4 that were drawn, got only sources that occurred before in 10000 draws\. Ask for fewer pairs/,
    );
  });

  test("an unknown task is refused", async () => {
    await expect(prepareData(taskData({ task: "copi" }), 0)).rejects.toThrow('Did you mean "copy"?');
  });
});

describe("text", () => {
  const pairs = [
    ["나는 학생이다.", "I am a student."],
    ["", "Nothing."],
    ["나는 간다.", "I go."],
    ["너는 간다.", "You go."],
    ["우리는 학교에 매일 아침 걸어서 간다.", "We walk to school every morning."],
    ["그는 온다.", "He comes."],
    ["그는 학생이다.", "He is a student."],
  ] as const;

  async function files(): Promise<{ source: string; target: string }> {
    const folder = await temporaryFolder();
    const paths = { source: `${folder}/a.ko`, target: `${folder}/a.en` };
    await writeFile(paths.source, `${pairs.map(([ko]) => ko).join("\n")}\n`);
    await writeFile(paths.target, `${pairs.map(([, en]) => en).join("\n")}\n`);
    return paths;
  }

  /** Options of both tokenizers with which no training token is unknown. */
  const all = { sourceTokenizer: { minFrequency: 1 }, targetTokenizer: { minFrequency: 1 } };

  test("is read, split, cut, limited and reported", async () => {
    const paths = await files();
    const options = { sourceTokenizer: { locale: "ko", minFrequency: 1 }, targetTokenizer: { minFrequency: 1 } };
    const prepared = await prepareText({ ...paths, ...options, maxLength: 6, validation: 2, maxDropped: 0.2 }, 1);
    const notices = prepared.notices.join("\n");
    expect(prepared.train.length + prepared.validation.length).toBe(6);
    expect(notices).toContain("1 pairs with an empty side are kept (lines 2).");
    expect(notices).toMatch(
      /Left out 1 of (5 training|2 validation) pairs: 1 with a side of more than 6 tokens \(lines 5\)/,
    );
    expect(notices).toMatch(/The source vocabulary has \d+ tokens; unknown are 0\.0 % of the training/);
    expect(prepared.maxLength).toEqual({ source: 6, target: 6 });
    expect(prepared.sourceTokenizer).not.toBe(prepared.targetTokenizer);
    expect(prepared.validationText).toHaveLength(prepared.validation.length);
    expect(storePairs(prepared.validation)).toEqual(
      prepared.validationText.map(({ source, target }) => ({
        source: prepared.sourceTokenizer.encode(source).ids,
        target: prepared.targetTokenizer.encode(target).ids,
      })),
    );
  });

  test("the tokenizers know the training part alone, and may be one", async () => {
    const paths = await files();
    const prepared = await prepareText({ ...paths, ...all, validation: 2 }, 1);
    const { vocabulary } = prepared.sourceTokenizer;
    const words = prepared.validationText.flatMap(({ source }) => prepared.sourceTokenizer.encode(source).tokens);
    expect(words.some((word) => !vocabulary.has(word))).toBe(true);
    expect(storePairs(prepared.train).flatMap(({ source }) => source)).not.toContain(vocabulary.unkId);
    const shared = await prepareText({ ...paths, ...all, validation: 2, sharedVocabulary: true }, 1);
    expect(shared.sourceTokenizer).toBe(shared.targetTokenizer);
    expect(shared.sourceTokenizer.encode("나는 I").ids).not.toContain(shared.sourceTokenizer.vocabulary.unkId);
  });

  test("a shared tokenizer has the options of both sides", async () => {
    const options = { sourceTokenizer: { name: "whitespace" }, targetTokenizer: { minFrequency: 1 } };
    const data = { ...(await files()), ...options, validation: 2, sharedVocabulary: true };
    const { sourceTokenizer } = await prepareText(data);
    expect(sourceTokenizer.toJSON()).toMatchObject({ name: "whitespace", options: { minFrequency: 1 } });
  });

  test("only the first pairs, in lower case, by characters; the text keeps its case", async () => {
    const data = { ...(await files()), limit: 4, lowercase: true, tokenizer: "character", validation: 1 };
    const prepared = await prepareText(data, 1);
    expect(prepared.notices[0]).toBe("The first 4 of 7 pairs are used.");
    expect(prepared.train.length + prepared.validation.length).toBe(4);
    expect(prepared.maxLength).toEqual({ source: 250, target: 250 });
    expect(prepared.targetTokenizer.vocabulary.has("I")).toBe(false);
    const [{ target }] = prepared.validationText as [TextSample];
    expect(target).toMatch(/^[A-Z]/);
    expect(prepared.targetTokenizer.encode(target.toLowerCase()).ids).toEqual(
      storePairs(prepared.validation)[0]!.target,
    );
  });

  test("each side has its tokenizer, and the default limit of it", async () => {
    const options = { ...all, targetTokenizer: { name: "character" } };
    const prepared = await prepareText({ ...(await files()), ...options, validation: 2 });
    expect([prepared.sourceTokenizer.name, prepared.targetTokenizer.name]).toEqual(["word", "character"]);
    expect(prepared.maxLength).toEqual({ source: 50, target: 250 });
  });

  test("sentences that differ in case are the same when text is lower-cased: they never stand in two parts", async () => {
    const { source, target } = await files();
    await writeFile(source, "A\na\nb\nc\n");
    await writeFile(target, "1\n2\n3\n4\n");
    for (const seed of [1, 2, 3, 4]) {
      const data = { source, target, ...all, validation: 2, lowercase: true };
      const { validationText } = await prepareText(data, seed);
      const letters = validationText.map(({ source }) => source);
      expect(letters.includes("A")).toBe(letters.includes("a"));
    }
  });

  test.each([
    [2, "Expected more than 2 pairs, to validate on 2 of them, got 2."],
    [0.9, "Expected more than 2 pairs, to validate on 2 of them, got 2."],
  ])("a split of %d needs more pairs than it has", async (validation, message) => {
    const { source, target } = await files();
    for (const file of [source, target]) await writeFile(file, "a\nb\n");
    const preparing = prepareText({ source, target, ...all, validation });
    await expect(preparing).rejects.toThrow(DataError);
    await expect(preparing).rejects.toThrow(message);
  });

  test.each([
    [{ tokenizer: "wrod" }, 'data.tokenizer: There is no tokenizer "wrod". Did you mean "word"?'],
    [{ targetTokenizer: { name: "chars" } }, 'data.targetTokenizer.name: There is no tokenizer "chars".'],
    [{ sourceTokenizer: { local: "ko" } }, 'data.sourceTokenizer.local: The tokenizer "word" has no option "local".'],
    [{ sourceTokenizer: { locale: "xx" } }, "data.sourceTokenizer.locale: This JavaScript engine has no word rules"],
    [
      { sharedVocabulary: true, targetTokenizer: { minFrequency: 0 } },
      "data.targetTokenizer.minFrequency: The option minFrequency of the tokenizer word must be an integer of at least 1",
    ],
  ])("a tokenizer of %j is refused once, before files are read", async (options, message) => {
    const error = await prepareText({ tsv: "/nowhere.tsv", ...options }, 0).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).issues).toHaveLength(1);
    expect((error as Error).message).toContain(message);
  });

  test("a limit that leaves out every pair of a part is refused, whatever maxDropped is", async () => {
    const { source, target } = await files();
    await writeFile(source, "a b c\na b d\na b e\n");
    await writeFile(target, "1\n2\n3\n");
    const data = { source, target, ...all, validation: 1, maxLength: 2, maxDropped: 1 };
    await expect(prepareText(data)).rejects.toThrow(
      "All 2 training pairs have a side of more than 2 tokens. The longest",
    );
    await writeFile(source, `a\nb\n${"long ".repeat(9)}\n`);
    const outcomes = await Promise.all(
      [1, 2, 3, 4, 5, 6].map((seed) =>
        prepareText(data, seed).then(
          () => "",
          (error: Error) => error.message,
        ),
      ),
    );
    expect(outcomes.some((message) => message.startsWith("All 1 validation pairs have a side of more than 2"))).toBe(
      true,
    );
  });

  test("pairs without a token on both sides are refused, unless there are others", async () => {
    const { source, target } = await files();
    const prepare = async (sources: string, targets: string): Promise<unknown> => {
      await writeFile(source, sources);
      await writeFile(target, targets);
      return await prepareText({ source, target, ...all, validation: 1 }, 1);
    };
    const message = /No pair of the data has a token on both sides \((2|3) in all\): there is nothing to learn/;
    for (const [sources, targets] of [
      ["\n\n", "\n\n"],
      [" \n\u200b\n", "\t\n　\n"],
      ["나\n\n너\n", "\nyou\n \n"],
    ] as const) {
      const preparing = prepare(sources, targets);
      await expect(preparing).rejects.toThrow(DataError);
      await expect(preparing).rejects.toThrow(message);
    }
    await expect(prepare("", "")).rejects.toThrow("Expected pairs in the data, got none: the input is empty.");
    await prepare("나\n\n너\n우리\n", "i\n\nyou\nwe\n");
  });

  test("text without files needs pairs", async () => {
    await expect(prepareData(textData({ tokenizer: "word" }), 0)).rejects.toThrow(
      "train: expected pairs to train on, got neither files nor `data`. Name files in the `data` section",
    );
  });

  test("bad files are refused with what is wrong", async () => {
    const { source, target } = await files();
    await expect(prepareText({ source, target: `${target}x` }, 0)).rejects.toThrow('Did you mean "a.en"?');
    await writeFile(target, "one\n");
    await expect(prepareText({ source, target }, 0)).rejects.toThrow(/has 7 lines and .* has 1/);
    await writeFile(target, Uint8Array.of(0x61, 0xff));
    const error = await prepareText({ source, target }, 0).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(DataError);
    expect((error as Error).message).toContain("a.en:1: not valid UTF-8");
  });
});
