import { writeFile } from "node:fs/promises";
import { DataError } from "@heed/datasets";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../testing/tiny.js";
import { taskDataSchema, textDataSchema } from "../config/data-schema.js";
import { prepareData } from "./prepare-data.js";

const taskData = (data: Record<string, unknown>) => taskDataSchema.parse(data);
const textData = (data: Record<string, unknown>) => textDataSchema.parse(data);

describe("tasks", () => {
  test("the copy lesson: 2,000 and 200 samples, eleven tokens, one vocabulary", async () => {
    const data = await prepareData(taskData({ task: "copy" }), 0);
    expect([data.train.length, data.validation.length]).toEqual([2000, 200]);
    expect(data.sourceVocabulary.tokens).toEqual(["<pad>", "<sos>", "<eos>", ..."abcdefgh"]);
    expect(data.targetVocabulary).toBe(data.sourceVocabulary);
    for (const { source, target } of data.train) {
      expect(source).toEqual(target);
      expect(source.length).toBeGreaterThanOrEqual(3);
      expect(source.length).toBeLessThanOrEqual(7);
    }
    expect(data.notices[0]).toBe("2000 pairs to train on, 200 to validate on.");
    expect(data.notices[1]).toMatch(/^\d+ of the validation pairs occur in the training data, too/);
    const { source, target } = data.validationText[0]!;
    expect(data.sourceVocabulary.encode(data.sourceTokenizer.tokenize(source))).toEqual(data.validation[0]!.source);
    expect(target).toBe(source);
  });

  test("the seed decides the samples", async () => {
    const train = async (seed: number) => (await prepareData(taskData({ task: "reverse", train: 5 }), seed)).train;
    expect(await train(1)).toEqual(await train(1));
    expect(await train(1)).not.toEqual(await train(2));
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

  test("is read, cut, limited, split and reported", async () => {
    const data = textData({ ...(await files()), sourceLocale: "ko", maxLength: 6, minFrequency: 1, validation: 2 });
    const prepared = await prepareData(data, 1);
    expect(prepared.train.length + prepared.validation.length).toBe(6);
    expect(prepared.validation).toHaveLength(2);
    expect(prepared.notices.join("\n")).toContain("1 pairs with an empty side are kept (lines 2).");
    expect(prepared.notices.join("\n")).toContain(
      "Left out 1 of 7 pairs: 1 with a side of more than 6 tokens (lines 5)",
    );
    expect(prepared.notices.join("\n")).toContain("4 pairs to train on, 2 to validate on.");
    expect(prepared.notices.join("\n")).toMatch(
      /The source vocabulary has \d+ tokens; unknown are 0\.0 % of the training/,
    );
    expect(prepared.sourceVocabulary).not.toBe(prepared.targetVocabulary);
    for (const [i, { source }] of prepared.validationText.entries()) {
      const ids = prepared.sourceVocabulary.encode(prepared.sourceTokenizer.tokenize(source));
      expect(ids).toEqual(prepared.validation[i]!.source);
    }
  });

  test("the vocabularies know the training part alone, and may be one", async () => {
    const paths = await files();
    const prepared = await prepareData(textData({ ...paths, minFrequency: 1, validation: 2 }), 1);
    const words = prepared.validationText.flatMap(({ source }) => prepared.sourceTokenizer.tokenize(source));
    expect(words.some((word) => !prepared.sourceVocabulary.has(word))).toBe(true);
    const shared = await prepareData(textData({ ...paths, minFrequency: 1, validation: 2, sharedVocabulary: true }), 1);
    expect(shared.sourceVocabulary).toBe(shared.targetVocabulary);
    expect(shared.sourceVocabulary.has("He") || shared.sourceVocabulary.has("I")).toBe(true);
  });

  test("only the first pairs, in lower case, by characters", async () => {
    const data = {
      ...(await files()),
      limit: 4,
      lowercase: true,
      tokenizer: "character",
      minFrequency: 1,
      validation: 1,
    };
    const prepared = await prepareData(textData(data), 1);
    expect(prepared.notices[0]).toBe("The first 4 of 7 pairs are used.");
    expect(prepared.train.length + prepared.validation.length).toBe(4);
    expect(prepared.targetTokenizer.tokenize("I")).toEqual(["i"]);
  });

  test("pairs without a token on both sides are refused, unless there are others", async () => {
    const { source, target } = await files();
    const prepare = async (sources: string, targets: string): Promise<unknown> => {
      await writeFile(source, sources);
      await writeFile(target, targets);
      return await prepareData(textData({ source, target, minFrequency: 1, validation: 1 }), 1);
    };
    const message = /No pair of the data has a token on both sides \((0|2|3) in all\): there is nothing to learn/;
    for (const [sources, targets] of [
      ["\n\n", "\n\n"],
      [" \n\u200b\n", "\t\n　\n"],
      ["나\n\n너\n", "\nyou\n \n"],
      ["", ""],
    ] as const) {
      const preparing = prepare(sources, targets);
      await expect(preparing).rejects.toThrow(DataError);
      await expect(preparing).rejects.toThrow(message);
    }
    await prepare("나\n\n너\n우리\n", "i\n\nyou\nwe\n");
  });

  test("bad files are refused with what is wrong", async () => {
    const { source, target } = await files();
    await expect(prepareData(textData({ source, target: `${target}x` }), 0)).rejects.toThrow('Did you mean "a.en"?');
    await writeFile(target, "one\n");
    await expect(prepareData(textData({ source, target }), 0)).rejects.toThrow(/has 7 lines and .* has 1/);
    await writeFile(target, Uint8Array.of(0x61, 0xff));
    const error = await prepareData(textData({ source, target }), 0).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(DataError);
    expect((error as Error).message).toContain("a.en:1: not valid UTF-8");
    await expect(prepareData(textData({ source, target, tokenizer: "wrod" }), 0)).rejects.toThrow("not valid UTF-8");
  });
});
