import { writeFile } from "node:fs/promises";
import { bleu } from "@heed/metrics";
import { cpu, memory, use } from "@heed/tensor";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { temporaryFolder, tinyConfig } from "../../testing/tiny.js";
import { train } from "../node.js";
import type { TrainResult } from "../train.js";
import { evaluate } from "./evaluate.js";
import { score } from "./score.js";
import { translate } from "./translate.js";
import { describeUnknown } from "./translation.js";

let run: TrainResult;

beforeAll(async () => {
  await use(cpu());
  const data = { task: "copy", symbols: 3, minLength: 1, maxLength: 3, train: 200, validation: 20 };
  run = await train({
    config: tinyConfig({ epochs: 8, learningRate: 0.01 }, { data, model: { embeddingSize: 8, hiddenSize: 16 } }),
  });
});

describe("translate", () => {
  test("gives text, tokens and a row of weights for each token", async () => {
    const [translation] = await translate(run, ["b"]);
    expect(translation).toMatchObject({ text: "b", source: ["b"], tokens: ["b", "<eos>"], unknown: [], notices: [] });
    const { weights } = (await translate(run, ["c a"]))[0]!;
    expect(weights!.map((row) => row.length)).toEqual([2, 2, 2]);
    for (const row of weights!) expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
  });

  test("does not depend on the batch, keeps the order, and leaves empty lines in place", async () => {
    const lines = ["a b c", "", "b", "c c", "   ", "a a b", "c"];
    const together = await translate(run, lines);
    const alone = await Promise.all(lines.map(async (line) => (await translate(run, [line], { batchSize: 1 }))[0]!));
    expect(together.map(({ text, tokens }) => ({ text, tokens }))).toEqual(
      alone.map(({ text, tokens }) => ({ text, tokens })),
    );
    expect(together.map(({ source }) => source.join(" "))).toEqual(["a b c", "", "b", "c c", "", "a a b", "c"]);
    expect(together[1]).toEqual({
      ...{ text: "", source: [], tokens: [], weights: null, hypotheses: [], trace: [] },
      ...{ unknown: [], missing: 0, notices: [], error: null },
    });
    expect(await translate(run, [])).toEqual([]);
  });

  test("a line longer than the training data is translated, with a notice", async () => {
    const [long] = await translate(run, ["a b c a b"]);
    expect(long!.notices[0]).toBe("5 tokens; the model was trained on at most 3.");
    expect(long!.tokens.length).toBeLessThanOrEqual(11);
    const [cut] = await translate(run, ["a b c"], { maxLength: 2 });
    expect(cut).toMatchObject({ text: "a b", tokens: ["a", "b"], notices: ["Cut off after 2 tokens."] });
  });

  test.each([0, -3, 2.5, Number.NaN, Number.POSITIVE_INFINITY])("a maxLength of %s is refused", async (maxLength) => {
    const message = `translate: maxLength must be an integer of at least 1, got ${maxLength}.`;
    await expect(translate(run, ["a"], { maxLength })).rejects.toThrow(message);
    await expect(translate(run, [], { maxLength })).rejects.toThrow(message);
  });

  test("a bad or overlong line is reported in its place, and the others are translated", async () => {
    const [good, unknown, long, other] = await translate(run, ["b", "b x", "a ".repeat(2001), "c"]);
    expect([good!.text, other!.text]).toEqual(["b", "c"]);
    expect([good!.error, other!.error]).toEqual([null, null]);
    expect(unknown).toMatchObject({ text: "", tokens: [], hypotheses: [] });
    expect(unknown!.error).toMatch(/^The vocabulary of 6 tokens has no "x"/);
    expect(long!.error).toMatch(/^The line has 2001 tokens; at most 2000 can be translated/);
  });

  test("a line that the model has no positions for is reported, and the others of its batch are translated", async () => {
    const model = { hiddenSize: 8, feedForwardSize: 8, heads: 2, layers: 1, positions: "learned", maxPositions: 6 };
    const small = await train({ config: tinyConfig({ epochs: 1 }, { recipe: "transformer", model }) });
    const before = memory().buffers;
    const lines = ["a b", "a b c a b c a", "c", "b a"];
    const together = await translate(small, lines, { maxLength: 4 });
    expect(together.map(({ error }) => error !== null)).toEqual([false, true, false, false]);
    expect(together[1]!.error).toMatch(/7 tokens, but only 6 positions are learned/);
    for (const i of [0, 2, 3]) {
      const [alone] = await translate(small, [lines[i]!], { maxLength: 4 });
      expect(together[i]!.tokens).toEqual(alone!.tokens);
    }
    expect(memory().buffers).toBe(before);
    await expect(evaluate(small, [{ source: lines[1]!, target: "a" }])).rejects.toThrow("only 6 positions");
    const pairs = lines.map((source) => ({ source, target: "a b" }));
    expect((await score(small, pairs)).map(({ error }) => error !== null)).toEqual([false, true, false, false]);
    small.model.dispose();
  });

  test("leaks nothing, and can be aborted", async () => {
    const before = memory().buffers;
    await translate(run, ["a b", "c"]);
    expect(memory().buffers).toBe(before);
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(translate(run, ["a"], { signal })).rejects.toThrow("enough");
    expect(memory().buffers).toBe(before);
  });
});

describe("evaluate", () => {
  test("agrees with what training measured", async () => {
    const result = await evaluate(run, run.validation);
    const best = run.history[run.done.bestEpoch - 1]!;
    expect(result.pairs).toBe(20);
    expect(result.loss).toBeCloseTo(best.validLoss, 5);
    expect(result.tokenAccuracy).toBeCloseTo(best.validAccuracy, 10);
    expect(result.metrics["sequence-accuracy"]).toBe(run.done.sequenceAccuracy);
    expect(result.perplexity).toBeCloseTo(Math.exp(result.loss), 10);
    const lines = result.translations.map(({ text }) => text);
    expect(result.metrics.bleu).toBe(bleu(lines, [run.validation.map(({ target }) => target)]).score);
    expect(result.metrics.chrf).toBeGreaterThan(50);
    expect(result.tokens).toBe(run.validation.reduce((sum, { target }) => sum + target.split(" ").length + 1, 0));
  });

  test("does not depend on the batch size", async () => {
    const [one, all] = [await evaluate(run, run.validation, { batchSize: 3 }), await evaluate(run, run.validation)];
    expect(one.loss).toBeCloseTo(all.loss, 5);
    expect({ ...one, loss: 0, perplexity: 0, translations: 0 }).toEqual({
      ...all,
      loss: 0,
      perplexity: 0,
      translations: 0,
    });
  });

  test("a wrong reference is wrong, an empty pair is right", async () => {
    const { metrics } = await evaluate(run, [
      { source: "b", target: "b" },
      { source: "b", target: "b b" },
      { source: "", target: "" },
      { source: "b", target: "" },
    ]);
    expect(metrics["sequence-accuracy"]).toBe(0.5);
  });

  test("pairs with an empty side count, and are counted", async () => {
    const full = { source: "b", target: "b" };
    const [nothing, half] = [
      { source: "", target: " " },
      { source: "b", target: "" },
    ];
    expect((await evaluate(run, [full])).emptyPairs).toBe(0);
    expect(await evaluate(run, [full, nothing, half])).toMatchObject({ pairs: 3, emptyPairs: 2 });
  });

  test("pairs that are all without a token on both sides are refused: all of nothing is right", async () => {
    const blank = { source: "", target: "\t " };
    await expect(evaluate(run, [blank, { source: "", target: "b" }])).rejects.toThrow(
      "evaluate: expected a pair with a token on both sides, got none in 2 pairs. Check the input.",
    );
  });

  test("no pair is refused, and pairs of which the model can process none", async () => {
    await expect(evaluate(run, [])).rejects.toThrow("expected at least one pair, got none");
    await expect(evaluate(run, [{ source: "a", target: "q" }])).rejects.toThrow("Pair 1: The vocabulary of 6");
    const bad = { source: "q", target: "q" };
    await expect(evaluate(run, [bad, bad])).rejects.toThrow("can process no other pair of the 2 either.");
  });

  test("a pair that the model cannot process is reported, is wrong in the metrics, and not in the loss", async () => {
    const good = ["a b", "c", "b b a"].map((source) => ({ source, target: source }));
    const alone = await evaluate(run, good, { metrics: ["sequence-accuracy"] });
    const [bad, unknown, long] = [
      { source: "a q", target: "a" },
      { source: "b", target: "q" },
      { source: "a ".repeat(2001), target: "a" },
    ];
    const result = await evaluate(run, [bad, ...good, unknown, long]);
    expect(result.loss).toBeCloseTo(alone.loss, 6);
    expect([result.pairs, result.tokens]).toEqual([6, 9]);
    expect(result.metrics["sequence-accuracy"]).toBeCloseTo((alone.metrics["sequence-accuracy"]! * 3) / 6, 10);
    expect(result.errors.map(({ index }) => index)).toEqual([0, 4, 5]);
    expect(result.errors[0]!.message).toMatch(/The vocabulary of 6 tokens has no "q"/);
    expect(result.compared.hypotheses).toEqual(["", ...alone.compared.hypotheses, expect.any(String), ""]);
    expect(result.compared.hypothesisTokens[0]).toEqual([]);
  });

  test("with a model of few positions, a long pair does not stop the others of its batch", async () => {
    const model = { layers: 1, heads: 2, hiddenSize: 8, feedForwardSize: 8, positions: "learned", maxPositions: 6 };
    const data = { task: "copy", symbols: 3, minLength: 1, maxLength: 5, train: 40, validation: 10 };
    const small = await train({ config: tinyConfig({ epochs: 1 }, { recipe: "transformer", model, data }) });
    const pairs = ["a b", "a b c a b c a b c", "c a b"].map((source) => ({ source, target: source }));
    const result = await evaluate(small, pairs);
    expect(result.errors).toEqual([{ index: 1, message: expect.stringContaining("only 6 positions") }]);
    const others = await evaluate(small, [pairs[0]!, pairs[2]!]);
    expect([result.tokens, result.loss]).toEqual([7, expect.closeTo(others.loss, 5)]);
    small.model.dispose();
  });
});

describe("text", () => {
  beforeEach(() => use(cpu()));

  test("Korean goes in, unknown words are named, and an unknown reference is never right", async () => {
    const folder = await temporaryFolder();
    const ends = ["학생", "선생님", "친구", "의사", "가수"];
    const english = ["a student", "a teacher", "a friend", "a doctor", "a singer"];
    const lines = ends.flatMap((end, i) => [
      `나는 ${end}이다.\tI am ${english[i]}.`,
      `너는 ${end}이다.\tYou are ${english[i]}.`,
    ]);
    await writeFile(`${folder}/ko-en.tsv`, lines.join("\n"));
    const data = {
      tsv: `${folder}/ko-en.tsv`,
      sourceTokenizer: { locale: "ko", minFrequency: 1 },
      targetTokenizer: { minFrequency: 1 },
      validation: 2,
      lowercase: true,
    };
    const korean = await train({ config: tinyConfig({ epochs: 2 }, { recipe: "bahdanau", data }) });
    expect(korean.done.sequenceAccuracy).toBe(0);
    const [translation] = await translate(korean, ["나는 외계인이다."]);
    expect(translation).toMatchObject({ source: ["나는", "외계인이다", "."], unknown: ["외계인이다"] });
    expect(describeUnknown([translation!])[0]).toBe('Not in the vocabulary: "외계인이다".');
    const [first] = describeUnknown(
      await translate(korean, ["나는 외계인이다.", "나는 로봇이다.", "너는 외계인이다."]),
    );
    expect(first).toBe('Not in the vocabulary in 3 of 3 lines: "외계인이다", "로봇이다".');
    const { metrics } = await evaluate(korean, korean.validation);
    expect(metrics.bleu).toBeGreaterThanOrEqual(0);
    korean.model.dispose();
  });

  test("<unk> is not in the text, is reported, and is never right", async () => {
    const folder = await temporaryFolder();
    const lines = ["a", "b", "c", "d", "e", "f"].map((letter) => `${letter} x\t${letter}${letter}`);
    await writeFile(`${folder}/a.tsv`, lines.join("\n"));
    const data = { tsv: `${folder}/a.tsv`, targetTokenizer: { minFrequency: 2 }, validation: 2, maxUnknown: 1 };
    const run = await train({ config: tinyConfig({ epochs: 30 }, { recipe: "bahdanau", data }) });
    const { translations, metrics } = await evaluate(run, run.validation);
    for (const { text, tokens, missing } of translations) {
      expect([text, tokens, missing]).toEqual(["", ["<unk>", "<eos>"], 1]);
    }
    expect(describeUnknown(translations).at(-1)).toMatch(/^The model wrote 2 × <unk> in 2 of 2 lines, which the text/);
    const replaced = await translate(run, ["a x"], { replaceUnknown: true });
    const { weights, source, text, tokens, missing } = replaced[0]!;
    const [row] = weights!;
    expect(text).toBe(source[row!.indexOf(Math.max(...row!))]);
    expect([tokens, missing]).toEqual([[text, "<eos>"], 0]);
    expect([metrics["sequence-accuracy"], run.done.sequenceAccuracy]).toEqual([0, 0]);
    run.model.dispose();
  });
});
