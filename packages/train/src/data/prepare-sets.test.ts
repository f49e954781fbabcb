import { DataError } from "@heed/datasets";
import { describe, expect, test } from "vitest";
import { storePairs } from "../../testing/store-pairs.js";
import { taskDataSchema, textDataSchema } from "../config/data-schema.js";
import { prepareData } from "./prepare-data.js";
import type { PreparedData } from "./prepared-data.js";
import type { TextSample, TrainingData } from "./training-data.js";

const subjects = ["나는 i", "너는 you", "우리는 we", "그들은 they"].map((words) => words.split(" "));
const verbs = ["간다 go", "온다 come", "잔다 sleep", "웃는다 laugh", "읽는다 read"].map((words) => words.split(" "));

/** 20 pairs of two words. */
const pairs: readonly TextSample[] = subjects.flatMap(([ko, en]) =>
  verbs.map(([verb, translated]) => ({ source: `${ko} ${verb}`, target: `${en} ${translated}` })),
);

const prepare = (data: TrainingData, config: Record<string, unknown> = {}): Promise<PreparedData> =>
  prepareData(textDataSchema.parse({ ...known, ...config }), 1, { data });

const known = { sourceTokenizer: { minFrequency: 1 }, targetTokenizer: { minFrequency: 1 } };

const long = (words: number): TextSample => ({ source: "나는 ".repeat(words), target: "go" });

describe("validation and test sets that are given", () => {
  test("are never mixed with the training pairs, and the tokenizers do not see them", async () => {
    const validation = [
      { source: "그녀는 간다", target: "she goes" },
      { source: "나는 간다", target: "i go" },
    ];
    const prepared = await prepare({ train: pairs, validation, test: validation.slice(0, 1) });
    expect(prepared.train.length).toBe(20);
    expect(prepared.validationText).toEqual(validation);
    expect(prepared.testText).toEqual(validation.slice(0, 1));
    expect(storePairs(prepared.validation)[0]!.source[0]).toBe(prepared.sourceTokenizer.vocabulary.unkId);
    expect(prepared.notices).toContain(
      "1 of 2 validation pairs occur in the training data, too: the measures on them are better than on new text.",
    );
    expect(prepared.notices.some((notice) => notice.includes("test pairs occur"))).toBe(false);
    expect(prepared.notices).toContain(
      "The source vocabulary has 13 tokens; unknown are 0.0 % of the training, 25.0 % of the validation and 50.0 % of the test tokens.",
    );
  });

  test("a test pair that occurs in the training part is counted, also in other case when text is lower-cased", async () => {
    const twice = [{ source: "나는 간다", target: "I GO" }];
    const data = { train: pairs, validation: pairs.slice(5, 7), test: [...twice, ...twice] };
    const { notices } = await prepare(data, { lowercase: true });
    expect(notices.filter((notice) => notice.includes("occur in the training data"))).toEqual([
      expect.stringMatching(/^2 of 2 validation pairs /),
      expect.stringMatching(/^2 of 2 test pairs /),
    ]);
  });

  test("sources that occur in the training data with other targets are counted", async () => {
    const [first, second] = pairs as [TextSample, TextSample];
    const other = { source: ` ${first.source}`, target: "something else" };
    const fresh = { source: "그녀는 간다", target: second.target };
    const { notices } = await prepare({ train: pairs, validation: [other, second, fresh], test: [other, fresh] });
    expect(notices.filter((notice) => notice.includes("occur in the training data"))).toEqual([
      "1 of 3 validation pairs occur in the training data, too, and so do the sources of 1 more, with other targets: the measures on them are better than on new text.",
      "The sources of 1 of 2 test pairs occur in the training data, with other targets: the measures on them are better than on new text.",
    ]);
  });

  test("a test set is never shortened; a validation set is", async () => {
    const data = { train: pairs, validation: [...pairs.slice(0, 3), long(9)], test: [long(9), long(400)] };
    const { validationText, testText, notices } = await prepare(data, { maxLength: 5, maxDropped: 0.25 });
    expect([validationText.length, testText?.length]).toEqual([3, 2]);
    expect(notices).toContain("Left out 1 of 4 validation pairs: 1 with a side of more than 5 tokens (pairs 4).");
  });

  test("pairs with an empty side are reported for each set", async () => {
    const empty = { source: " ", target: "go" };
    const { notices } = await prepare({ train: [...pairs, empty], validation: [pairs[0]!, empty], test: pairs });
    expect(notices.slice(0, 2)).toEqual([
      "1 pairs with an empty side are kept (pairs 21).",
      "1 validation pairs with an empty side are kept (pairs 2).",
    ]);
  });

  test.each([
    [{ train: [] }, "Expected pairs in the data, got none: the input is empty."],
    [{ train: [], validation: pairs }, "Expected pairs in the training data, got none: the input is empty."],
    [{ train: pairs, validation: [] }, "Expected pairs in the validation data, got none: the input is empty."],
    [{ train: pairs, test: [{ source: "", target: "x" }] }, "No pair of the test data has a token on both sides (1 in"],
  ])("a set without text is refused (%#)", async (data, message) => {
    await expect(prepare(data)).rejects.toThrow(message);
  });

  test("a task has no pairs in memory", async () => {
    const task = prepareData(taskDataSchema.parse({ task: "sort" }), 1, { data: { train: pairs } });
    await expect(task).rejects.toThrow("the configuration has the task sort, so `data` must be left out");
  });
});

describe("maxDropped", () => {
  test("the character tokenizer with a limit for words stops, and says why", async () => {
    const preparing = prepare({ train: pairs }, { tokenizer: "character", maxLength: 6, validation: 2 });
    await expect(preparing).rejects.toThrow(DataError);
    await expect(preparing).rejects.toThrow(
      /^\d+ of 20 training and validation pairs \(\d+ %\) have a side of more than 6 tokens; at most 10 % may be left out\. The longest source has 7 tokens and the longest target 10; the tokenizer is character\. Set data\.maxLength to a larger number \(10 keeps every pair\), choose a tokenizer that gives fewer tokens \(data\.tokenizer\), or allow it with data\.maxDropped: 0\.\d+\.$/,
    );
  });

  test("counts what is left out of the data before the split", async () => {
    const two = [...pairs.slice(0, 18), long(9), long(8)];
    const config = { maxLength: 5, validation: 2 };
    expect((await prepare({ train: two }, config)).notices.join()).toContain("Left out");
    await expect(prepare({ train: [...two.slice(1), long(7)] }, config)).rejects.toThrow("3 of 20 training and");
    const allowed = await prepare({ train: [...two.slice(1), long(7)] }, { ...config, maxDropped: 0.15 });
    expect(allowed.train.length + allowed.validation.length).toBe(17);
    await expect(prepare({ train: [...pairs, long(7)] }, { ...config, maxDropped: 0 })).rejects.toThrow(
      "1 of 21 training and validation pairs (4.8 %) have a side of more than 5 tokens; at most 0 % may be left out.",
    );
  });

  test("counts a validation set that is given alone", async () => {
    const data = { train: pairs, validation: [...pairs.slice(0, 4), long(9)] };
    await expect(prepare(data, { maxLength: 5 })).rejects.toThrow("1 of 5 validation pairs (20 %)");
    const halves = { sourceTokenizer: { ...known.sourceTokenizer, name: "character" }, maxDropped: 0 };
    await expect(prepare({ train: [...pairs, { ...long(1), target: "go ".repeat(51) }] }, halves)).rejects.toThrow(
      /more than 250 source or 50 target tokens.* the longest target 51; the tokenizers are character and word\./,
    );
  });
});

describe("maxUnknown", () => {
  const rare = Array.from({ length: 20 }, (_, i) => ({
    source: `${String.fromCodePoint(0xac00 + i)} 간다`,
    target: `word${i} also${i} goes`,
  }));
  const config = { targetTokenizer: {}, validation: 2 };

  test("stops when most training tokens of a side are unknown, and says what to set", async () => {
    const preparing = prepare({ train: rare }, config);
    await expect(preparing).rejects.toThrow(DataError);
    await expect(preparing).rejects.toThrow(
      "36 of 54 target tokens of the training data are unknown (66.7 %); at most 50 % may be. The vocabulary has 5 tokens. It was made by the tokenizer word, in which a token must occur 2 times to be known (set data.targetTokenizer.minFrequency: 1). Change its options, choose another tokenizer (such as data.targetTokenizer.name: character), give more pairs, or allow it with data.maxUnknown: 0.67.",
    );
    const small = { ...config, sourceTokenizer: { minFrequency: 1, maxVocabulary: 5 }, maxUnknown: 0.4 };
    await expect(prepare({ train: rare }, small)).rejects.toThrow(
      "source tokens of the training data are unknown (50 %); at most 40 % may be. The vocabulary has 5 tokens. It was made by the tokenizer word, in which the vocabulary may have 5 tokens (set data.sourceTokenizer.maxVocabulary to a larger number).",
    );
  });

  test("allows half by default, and more on demand", async () => {
    const half = { sourceTokenizer: {}, validation: 2 };
    expect((await prepare({ train: rare }, half)).notices.join()).toContain("unknown are 50.0 % of the training");
    await prepare({ train: rare }, { ...config, maxUnknown: 0.67 });
  });
});
