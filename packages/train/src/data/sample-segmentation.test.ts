import { trainTokenizer } from "@heed/tokenizers";
import { expect, test } from "vitest";
import { encodeSet, type Sample } from "./encode-set.js";
import { sampleSegmentation } from "./sample-segmentation.js";
import { WordAligner } from "./word-aligner.js";

const text = { source: "lowest newer wider lowest", target: "wider newer" };
const wordAlignment = [[1, 1]] as const;
const samples: Sample[] = Array.from({ length: 12 }, (_, i) => ({ ...text, line: i + 1, text, wordAlignment }));
const tokenizer = await trainTokenizer("bpe", [text.source, text.target], { vocabularySize: 300, dropout: 0.4 });
const tokenizers = { source: tokenizer, target: tokenizer };

function sampled(maxLength?: { source: number; target: number }) {
  const options = {
    name: "training",
    unit: "line",
    tokenizers,
    maxLength,
    aligner: new WordAligner(tokenizers),
  } as const;
  const set = encodeSet(samples, options);
  const of = sampleSegmentation(set, options, 7);
  const ids = (epoch: number): string[] => {
    const pairs = of(epoch);
    return Array.from({ length: pairs.length }, (_, i) => Array.from(pairs.source(i)).join());
  };
  return { set, ids, of };
}

test("segmentations differ between epochs and pairs, mean the same text, and depend on the epoch alone", () => {
  const { ids } = sampled();
  expect(ids(1)).toEqual(ids(1));
  expect(ids(1)).not.toEqual(ids(2));
  expect(new Set(ids(1)).size).toBeGreaterThan(1);
  for (const line of ids(3)) expect(tokenizer.decode(line.split(",").map(Number))).toBe(text.source);
});

test("alignments follow the tokens", () => {
  const plain = tokenizer.encode(text.source).ids.length;
  for (const { of } of [sampled(), sampled({ source: plain, target: 50 })]) {
    const pairs = of(1);
    for (let i = 0; i < pairs.length; i++) {
      const linked = (side: 0 | 1, ids: ArrayLike<number>): string =>
        tokenizer.decode([...new Set(pairs.alignment(i)!.map((link) => link[side]))].map((at) => ids[at]!));
      expect([linked(0, pairs.source(i)), linked(1, pairs.target(i))]).toEqual(["newer", "newer"]);
    }
  }
});

test("a pair that becomes too long keeps its ids", () => {
  const plain = tokenizer.encode(text.source).ids;
  const { ids } = sampled({ source: plain.length, target: 50 });
  for (const line of ids(1)) expect(line.split(",").length).toBeLessThanOrEqual(plain.length);
  expect(ids(1)).toContain(plain.join());
});
