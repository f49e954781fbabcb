import { Vocabulary, whitespaceTokenizer } from "@heed/tokenizers";
import { describe, expect, test } from "vitest";
import { copyPair, copySource } from "./copy-pair.js";
import { encodePairs } from "./encode-pairs.js";
import { makeBatch } from "./make-batch.js";
import { PairStore } from "./pair-store.js";

/** The ids of `a` and `b` are 4 and 5; the first extra token is 6. */
const vocabulary = Vocabulary.of(["a", "b"]);
const tokenizer = whitespaceTokenizer.of(vocabulary);
const tokenizers = { source: tokenizer, target: tokenizer };

const encode = (source: string, target: string) => encodePairs([{ source, target }], tokenizers, { copies: true })[0]!;

describe("the extended vocabulary", () => {
  test("numbers unknown source tokens by their first occurrence", () => {
    expect(copySource(["x", "a", "y", "x"], vocabulary)).toEqual({ ids: [6, 4, 7, 6], extraTokens: ["x", "y"] });
  });

  test("a special token in a text is an ordinary token", () => {
    expect(copySource(["<eos>", "b", "<unk>"], vocabulary)).toEqual({
      ids: [6, 5, 7],
      extraTokens: ["<eos>", "<unk>"],
    });
  });

  test("a target token is known, copied or unknown", () => {
    const target = { tokens: ["y", "b", "z", "x"], ids: [3, 5, 3, 3] };
    expect(copyPair(["x", "y"], target, vocabulary)).toEqual({ source: [6, 7], target: [7, 5, 3, 6], extraTokens: 2 });
  });

  test("is that of the target: a source token may be known to the source alone", () => {
    const source = whitespaceTokenizer.of(Vocabulary.of(["q", "a"]));
    const [pair] = encodePairs([{ source: "q a", target: "q" }], { source, target: tokenizer }, { copies: true });
    expect(pair).toEqual({ source: [4, 5], target: [3], copy: { source: [6, 4], target: [6], extraTokens: 1 } });
  });
});

describe("pairs that are encoded for copying", () => {
  test("are stored and batched, with the padding and <eos> of the target", () => {
    const store = PairStore.from([encode("x a y", "y a"), encode("b", "z"), encode("", "")]);
    expect(store.copy(0)).toEqual({
      source: new Uint16Array([6, 4, 7]),
      target: new Uint16Array([7, 4]),
      extraTokens: 2,
    });
    const pairs = [0, 1, 2].map((i) => ({ source: store.source(i), target: store.target(i), copy: store.copy(i) }));
    const layout = { source: vocabulary, target: vocabulary };
    expect(makeBatch(pairs, layout).copy).toEqual({
      source: Int32Array.of(6, 4, 7, 5, 0, 0, 2, 0, 0),
      target: Int32Array.of(7, 4, 2, 3, 2, 0, 2, 0, 0),
      extraTokens: 2,
    });
    const ended = makeBatch(pairs.slice(0, 2), { ...layout, sourceEos: true });
    expect(ended.copy?.source).toEqual(Int32Array.of(6, 4, 7, 2, 5, 2, 0, 0));
    expect(store.bytes).toBeGreaterThan(PairStore.from([{ source: [3, 4, 3], target: [3, 4] }]).bytes);
  });

  test("are not mixed with others", () => {
    const store = new PairStore();
    store.push(encode("x", "x"));
    expect(() => store.push({ source: [4], target: [4] })).toThrow("but pair 1 has none");
    expect(() => store.push({ ...encode("x", "x"), source: [3, 3] })).toThrow(
      "copy of pair 1 must have as many ids as the pair, 2 and 1, got 1 and 1",
    );
    expect(store.length).toBe(1);
    const plain = PairStore.from([{ source: [4], target: [4] }]);
    expect(plain.copy(0)).toBeUndefined();
    expect(() => plain.push(encode("x", "x"))).toThrow("but pair 1 has them");
  });
});
