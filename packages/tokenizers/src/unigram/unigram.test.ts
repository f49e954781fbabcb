import { Random } from "@heed/core";
import { loadTokenizerFixtures } from "@heed/tooling/hugging-face";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { tokenizerFromJSON, trainTokenizer } from "../find-tokenizer.js";
import type { TokenizerJSON } from "../tokenizer-json.js";

const syllables = loadTokenizerFixtures("unigram");
const { lines } = syllables;

describe.each([
  ["syllables", syllables],
  ["jamo", loadTokenizerFixtures("unigram-jamo")],
])("tokenizer.json with %s", (_, fixtures) => {
  it("is the file that was certified with the Python library", async () => {
    const tokenizer = await trainTokenizer("unigram", lines, fixtures.options);
    expect(JSON.parse(JSON.stringify(tokenizer))).toEqual(fixtures.heed.tokenizer);
  });

  test.each(["heed", "python"] as const)("trained by %s: ids and texts are those of the Python library", async (by) => {
    const { tokenizer: json, ids } = fixtures[by];
    const tokenizer = await tokenizerFromJSON(json);
    for (const [i, line] of lines.entries()) {
      expect(tokenizer.encode(line).ids, line).toEqual(ids[i]);
      expect(tokenizer.decode(ids[i]!)).toBe(line.normalize("NFC"));
    }
  });
});

describe("a file", () => {
  const good = syllables.heed.tokenizer as TokenizerJSON & { model: { vocab: [string, number][] } };
  const withModel = (change: object) => ({ ...good, model: { ...good.model, ...change } });
  const withFirst = (...pairs: unknown[]) => withModel({ vocab: [...pairs, ...good.model.vocab.slice(pairs.length)] });
  test.each<[string, object, string]>([
    ["another model", withModel({ type: "BPE" }), '"model.type" must be "Unigram", got "BPE"'],
    ["another id of <unk>", withModel({ unk_id: 0 }), '"model.unk_id" must be 3, got 0'],
    ["an option that the model contradicts", withModel({ byte_fallback: false }), '"model.byte_fallback" must be true'],
    ["a vocabulary by id", withModel({ vocab: { a: 0 } }), '"model.vocab" must be a list of at most 1000000 pairs'],
    ["a token without a score", withFirst(["<pad>"]), '"model.vocab.0" must be a token and its score'],
    ["a score above 0", withFirst(["<pad>", 1]), '"model.vocab.0" must be a token and its score'],
    ["a token that is no text", withFirst([1, 0]), '"model.vocab.0" must be a token and its score'],
    ["a token twice", withFirst(["<eos>", 0]), 'token "<eos>" occurs twice'],
    ["a vocabulary without <pad>", withFirst(["pad", 0]), 'the token "<pad>" is missing'],
    ["another form of Unicode", { ...good, normalizer: { type: "NFKC" } }, '"normalizer.type" must be "Sequence"'],
  ])("with %s is refused", async (_, json, message) => {
    await expect(tokenizerFromJSON(json)).rejects.toThrow(message);
  });
});

describe("encoding", () => {
  it.each(["syllables", "jamo"])("gives every text back in NFC, with %s", async (hangul) => {
    const tokenizer = await trainTokenizer("unigram", lines, { vocabularySize: 500, hangul });
    const special = fc.constantFrom("▁", "▂", "▂0", "▂1", " ", "<0x41>", "<unk>", "<eos>", "a", "값", "ᄀ", "ᅡ", "ᆨ");
    const text = fc.array(fc.oneof(fc.string({ unit: "binary" }), special)).map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, fc.option(fc.integer()), (value, seed) => {
        const random = seed === null ? undefined : new Random(seed);
        const { ids } = tokenizer.encode(value, { random });
        expect(tokenizer.decode(ids)).toBe(value.normalize("NFC"));
        expect(ids.some((id) => tokenizer.vocabulary.isSpecial(id))).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  it("cuts Hangul within syllables when it is decomposed", async () => {
    const forms = [
      "가다",
      "간다",
      "갔다",
      "갑니다",
      "자다",
      "잔다",
      "잤다",
      "잡니다",
      "사다",
      "산다",
      "샀다",
      "삽니다",
    ];
    const options = { vocabularySize: 330, hangul: "jamo" };
    const { encode, decode, vocabulary } = await trainTokenizer("unigram", Array(9).fill(forms).flat(), options);
    const { ids, tokens } = encode("찬다");
    expect(tokens.join("")).toBe("▁<0xE1><0x84><0x8E>ᅡᆫ다".normalize("NFD"));
    expect(decode(ids)).toBe("찬다");
    // A model may write any tokens. Jamo that make syllables are composed.
    const written = ["ᄀ", "ᅡ", "ᆸ"].map((token) => vocabulary.id(token));
    expect(written).not.toContain(undefined);
    expect(decode(written as number[])).toBe("갑");
  });

  it("replaces rare characters by bytes, or by one <unk>", async () => {
    const text = [`${"a b ".repeat(2000)} ☃`];
    const bytes = await trainTokenizer("unigram", text, { vocabularySize: 300 });
    expect(bytes.encode("☃ a").tokens).toEqual(["▁", "<0xE2>", "<0x98>", "<0x83>", "▁a"]);
    const unknown = await trainTokenizer("unigram", text, { vocabularySize: 300, byteFallback: false });
    expect(unknown.encode("☃☃ a")).toMatchObject({ tokens: ["▁", "☃☃", "▁a"], words: [0, 0, 1] });
    expect(unknown.encode("☃").ids[1]).toBe(unknown.vocabulary.unkId);
    const all = await trainTokenizer("unigram", text, { vocabularySize: 300, coverage: 1 });
    expect(all.encode("☃").tokens).toEqual(["▁", "☃"]);
  });

  it("draws segmentations with a generator", async () => {
    const train = (alpha: number) =>
      trainTokenizer("unigram", [...Array(9).fill("lowest low"), ..."lowest"], { vocabularySize: 400, alpha });
    const [flat, sharp] = await Promise.all([0, 50].map(train));
    const drawn = (of: typeof flat) =>
      new Set(
        Array.from({ length: 100 }, (_, seed) => of!.encode("lowest", { random: new Random(seed) }).tokens.join("|")),
      );
    expect(drawn(flat).size).toBeGreaterThan(3);
    expect([...drawn(sharp)]).toEqual([sharp!.encode("lowest").tokens.join("|")]);
  });
});

describe("training", () => {
  it("names the least size of the vocabulary", async () => {
    await expect(trainTokenizer("unigram", ["a"], { vocabularySize: 260 })).rejects.toThrow(
      "must be at least 261, because it counts 4 special tokens and 256 bytes, got 260. Set it to a larger number, or byteFallback to false.",
    );
    const small = await trainTokenizer("unigram", ["a b c"], { vocabularySize: 6, byteFallback: false });
    expect(small.vocabulary.tokens.slice(4).sort()).toEqual(["a", "▁"]);
  });

  it("finds the words of a text without spaces", async () => {
    const random = new Random(1);
    const words = ["banana", "kiwi", "cherry", "plum", "fig"];
    const draw = () =>
      Array.from({ length: random.integer(3, 9) }, () => words[random.integer(0, words.length)]).join("");
    const text = Array.from({ length: 400 }, draw);
    const size = new Set(words.join("")).size + words.length + 1;
    const options = { vocabularySize: 4 + size, byteFallback: false };
    const { encode, vocabulary } = await trainTokenizer("unigram", text, options);
    expect(vocabulary.size).toBe(4 + size);
    expect(encode("figkiwiplumbanana").tokens).toEqual(["▁", "fig", "kiwi", "plum", "banana"]);
  });

  it("does not depend on the order of the lines", async () => {
    const [one, two] = [lines, new Random(2).shuffle(lines)];
    const of = async (all: readonly string[]) =>
      JSON.stringify(await trainTokenizer("unigram", all, { vocabularySize: 600 }));
    expect(await of(two)).toBe(await of(one));
  });
});
