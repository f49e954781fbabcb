import { Random } from "@heed/core";
import { loadTokenizerFixtures } from "@heed/tooling/hugging-face";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { tokenizerFromJSON, trainTokenizer } from "../find-tokenizer.js";
import type { TokenizerJSON } from "../tokenizer-json.js";
import { learnMerges } from "./learn-merges.js";
import { type Merge, Merges } from "./merges.js";

const fixtures = loadTokenizerFixtures("bpe");
const { lines } = fixtures;
const copyOf = <T>(json: T): T => JSON.parse(JSON.stringify(json)) as T;

describe("tokenizer.json", () => {
  it("is the file that was certified with the Python library", async () => {
    const tokenizer = await trainTokenizer("bpe", lines, fixtures.options);
    expect(copyOf(tokenizer.toJSON())).toEqual(fixtures.heed.tokenizer);
  });

  test.each(["heed", "python"] as const)("trained by %s: ids and texts are those of the Python library", async (by) => {
    const { tokenizer: json, ids } = fixtures[by];
    const tokenizer = await tokenizerFromJSON(json);
    for (const [i, line] of lines.entries()) {
      expect(tokenizer.encode(line).ids, line).toEqual(ids[i]);
      expect(tokenizer.decode(ids[i]!)).toBe(line.normalize("NFC"));
    }
  });

  const { tokenizer: good } = fixtures.heed as unknown as {
    tokenizer: TokenizerJSON & { model: Record<string, unknown> };
  };
  const { heed: head, vocab, merges } = good.model as { heed: object; vocab: object; merges: string[][] };
  const withModel = (change: object) => ({ ...good, model: { ...good.model, ...change } });
  test.each<[string, object, string]>([
    ["another model", withModel({ type: "WordPiece" }), '"model.type" must be "BPE", got "WordPiece"'],
    [
      "another normalizer",
      { ...good, normalizer: { type: "NFKC" } },
      '"normalizer.type" must be "Sequence", got "NFKC"',
    ],
    ["no decoder", { ...good, decoder: null }, '"decoder" must be an object, got null'],
    ["a prefix", withModel({ continuing_subword_prefix: "##" }), '"model.continuing_subword_prefix" must be null'],
    ["an option that the model contradicts", withModel({ byte_fallback: false }), '"model.byte_fallback" must be true'],
    [
      "ids that are not consecutive",
      withModel({ vocab: { ...vocab, more: 5000 } }),
      '"model.vocab.more" must be an id',
    ],
    ["a vocabulary without <eos>", withModel({ vocab: { a: 0 } }), 'the token "<pad>" is missing'],
    ["merges of tokens that are missing", withModel({ merges: [["가", "나"]] }), '"model.merges.0" must be two tokens'],
    [
      "a token that no merge makes",
      withModel({ merges: merges.slice(0, -1) }),
      '"model.merges" must be pairs that make',
    ],
    ["an option that is unknown", withModel({ heed: { ...head, options: { size: 1 } } }), 'no option "size"'],
    ["another version", withModel({ heed: { ...head, version: 9 } }), '"version" must be 1, got 9'],
  ])("with %s is refused", async (_, json, message) => {
    await expect(tokenizerFromJSON(json)).rejects.toThrow(message);
  });
});

describe("encoding", () => {
  it("gives every text back in NFC", async () => {
    const tokenizer = await trainTokenizer("bpe", lines, { vocabularySize: 500 });
    const special = fc.constantFrom("▁", "▂", "▂0", "▂1", " ", "<0x41>", "<unk>", "<eos>", "a");
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

  it("gives the same tokens to a word at the beginning and inside, and never joins words, numbers and punctuation", async () => {
    const tokenizer = await trainTokenizer("bpe", ["low low low, 12 low. 12", "¡low"], { vocabularySize: 400 });
    const { tokens, words } = tokenizer.encode("low low, 12.");
    expect(tokens).toEqual(["▁low", "▁low", ",", "▁12", "."]);
    expect(words).toEqual([0, 1, 2, 3, 4]);
  });

  it("cuts text of scripts without spaces", async () => {
    const tokenizer = await trainTokenizer("bpe", ["今日は天気がいい。", "今日は雨。", "明日は天気"], {
      vocabularySize: 400,
    });
    expect(tokenizer.encode("明日は今日は").tokens).toEqual(["▁", "明", "日は", "今", "日は"]);
  });

  it("replaces rare characters by bytes, or by <unk>", async () => {
    const text = [`${"a b ".repeat(2000)} ☃`];
    const bytes = await trainTokenizer("bpe", text, { vocabularySize: 300 });
    expect(bytes.encode("☃ a").tokens).toEqual(["▁", "<0xE2>", "<0x98>", "<0x83>", "▁a"]);
    expect(bytes.decode(bytes.encode("☃ a").ids)).toBe("☃ a");
    const unknown = await trainTokenizer("bpe", text, { vocabularySize: 300, byteFallback: false });
    expect(unknown.encode("☃ a")).toMatchObject({ tokens: ["▁", "☃", "▁a"], words: [0, 0, 1] });
    expect(unknown.encode("☃").ids[1]).toBe(unknown.vocabulary.unkId);
    const { ids } = unknown.encode("a ☃ b");
    expect(unknown.decode(ids)).toBe("a  b");
    expect(unknown.decode(ids, { replacements: new Map([[2, "snow"]]) })).toBe("a snow b");
    const all = await trainTokenizer("bpe", text, { vocabularySize: 300, coverage: 1 });
    expect(all.encode("☃").tokens).toEqual(["▁", "☃"]);
  });

  it("leaves out merges at random with a generator", async () => {
    const word = "lowest";
    const train = (dropout: number) => trainTokenizer("bpe", Array(9).fill(word), { vocabularySize: 400, dropout });
    const [never, some, always] = await Promise.all([0, 0.3, 1].map(train));
    const sample = (of: typeof never, seed: number) => of!.encode(word, { random: new Random(seed) }).tokens;
    expect(never!.encode(word).tokens).toEqual(["▁lowest"]);
    expect(sample(never, 1)).toEqual(["▁lowest"]);
    expect(sample(always, 1)).toEqual(["▁", ..."lowest"]);
    const drawn = Array.from({ length: 400 }, (_, seed) => sample(some, seed).join("|"));
    expect(new Set(drawn).size).toBeGreaterThan(10);
    expect(drawn).toContain("▁lowest");
    expect(some!.encode(word).tokens).toEqual(["▁lowest"]);
  });
});

test("a merge that is left out in one step may happen in the next", () => {
  const merges = new Merges([
    { left: 0, right: 1, merged: 4 },
    { left: 2, right: 3, merged: 5 },
  ]);
  const random = new Random(1);
  const counts = new Map<string, number>();
  for (let i = 0; i < 8000; i++) {
    const drawn = merges.apply([0, 1, 2, 3], 0.5, random).map(({ id }) => id);
    counts.set(drawn.join(" "), (counts.get(drawn.join(" ")) ?? 0) + 1);
  }
  // Each step tries the first merge, then the second. After a merge, both are tried again.
  const expected = { "0 1 2 3": 0.25, "4 2 3": 0.25, "0 1 5": 0.125, "4 5": 0.375 };
  for (const [drawn, share] of Object.entries(expected)) expect(counts.get(drawn)! / 8000).toBeCloseTo(share, 1.5);
});

describe("training", () => {
  it("names the least size of the vocabulary", async () => {
    await expect(trainTokenizer("bpe", ["a"], { vocabularySize: 260 })).rejects.toThrow(
      "must be at least 261, because it counts 4 special tokens and 256 bytes, got 260. Set it to a larger number, or byteFallback to false.",
    );
    const small = await trainTokenizer("bpe", ["a b c"], { vocabularySize: 6, byteFallback: false });
    expect(small.vocabulary.tokens.slice(4)).toEqual(["▁", "a"]);
  });

  it("takes a sample of many lines, which depends on the lines alone", async () => {
    const many = Array.from({ length: 1000 }, (_, i) => `${i < 500 ? "early" : "later"} ${i}`);
    const options = { maxLines: 100, vocabularySize: 330 };
    const [one, two] = [await trainTokenizer("bpe", many, options), await trainTokenizer("bpe", many, options)];
    expect(two.vocabulary.tokens).toEqual(one.vocabulary.tokens);
    expect(["▁early", "▁later"].map((token) => one.vocabulary.has(token))).toEqual([true, true]);
    const whole = await trainTokenizer("bpe", many, { vocabularySize: 330 });
    expect(whole.vocabulary.tokens).not.toEqual(one.vocabulary.tokens);
  });

  const pieces = fc.uniqueArray(fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 1 }), { minLength: 1 });

  it("merges the most frequent pair, counted anew after each merge", () => {
    fc.assert(
      fc.property(pieces, fc.integer({ min: 1, max: 3 }), (words, minFrequency) => {
        const counts = new Map(words.map((word, i) => [word, 1 + (i % 3)]));
        const [tokens, expected] = [
          ["a", "b", "c"],
          ["a", "b", "c"],
        ];
        const merges = learnMerges(counts, tokens, { size: 20, minFrequency });
        expect(merges).toEqual(plainMerges(counts, expected, 20, minFrequency));
        expect(tokens).toEqual(expected);
      }),
    );
  });

  it("is applied as one merge after the other", () => {
    fc.assert(
      fc.property(pieces, fc.string({ unit: fc.constantFrom("a", "b", "c", "?") }), (words, text) => {
        const tokens = ["a", "b", "c"];
        const merges = learnMerges(new Map(words.map((word) => [word, 2])), tokens, { size: 20, minFrequency: 1 });
        const ids = Array.from(text, (character) => tokens.indexOf(character));
        const joined = merges.reduce(join, ids);
        const applied = new Merges(merges).apply(ids);
        expect(applied.map(({ id }) => id)).toEqual(joined);
        expect(applied.map(({ id, length }) => (id < 0 ? 1 : tokens[id]!.length) === length)).not.toContain(false);
      }),
    );
  });
});

/** Learns merges by counting all pairs before each of them. */
function plainMerges(pieces: ReadonlyMap<string, number>, tokens: string[], size: number, least: number): Merge[] {
  let words = Array.from(pieces, ([piece, count]) => ({
    ids: Array.from(piece, (each) => tokens.indexOf(each)),
    count,
  }));
  const merges: Merge[] = [];
  while (tokens.length < size) {
    const counts = new Map<string, { left: number; right: number; count: number }>();
    for (const { ids, count } of words) {
      for (const [i, left] of ids.slice(0, -1).entries()) {
        const right = ids[i + 1]!;
        counts.set(`${left} ${right}`, { left, right, count: (counts.get(`${left} ${right}`)?.count ?? 0) + count });
      }
    }
    const [top] = [...counts.values()].sort((a, b) => b.count - a.count || a.left - b.left || a.right - b.right);
    if (top === undefined || top.count < least) break;
    const token = tokens[top.left]! + tokens[top.right]!;
    if (!tokens.includes(token)) tokens.push(token);
    const merge = { left: top.left, right: top.right, merged: tokens.indexOf(token) };
    merges.push(merge);
    words = words.map(({ ids, count }) => ({ ids: join(ids, merge), count }));
  }
  return merges;
}

function join(ids: readonly number[], { left, right, merged }: Merge): number[] {
  const joined: number[] = [];
  for (let i = 0; i < ids.length; i++) {
    if (ids[i] === left && ids[i + 1] === right) {
      joined.push(merged);
      i++;
    } else joined.push(ids[i]!);
  }
  return joined;
}
