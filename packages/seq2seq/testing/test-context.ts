import { Random } from "@heed/core";
import { type Tensor, tensor } from "@heed/tensor";
import { assertClose, toHost } from "@heed/tensor/testing";
import { expect } from "vitest";
import type { SourceBatch } from "../src/batch.js";
import type { BuildContext, VocabularySpec } from "../src/models/build-context.js";

/** A vocabulary of nine tokens; the ids 3 to 8 are words. */
const testVocabulary: VocabularySpec = { size: 9, padId: 0, sosId: 1, eosId: 2 };

/** Three sentences with their targets, padded: `source` `[3, 4]`, `lengths` `[3]`, `target` `[3, 5]`. */
export const sentences = {
  source: [
    [3, 4, 5, 6],
    [7, 8, 0, 0],
    [5, 0, 0, 0],
  ],
  lengths: [4, 2, 1],
  target: [
    [1, 3, 4, 5, 6],
    [1, 7, 8, 0, 0],
    [1, 5, 0, 0, 0],
  ],
};

/** What a test builds a model from. */
export function testContext({
  seed = 1,
  sharedVocabulary = true,
}: {
  readonly seed?: number;
  readonly sharedVocabulary?: boolean;
} = {}): BuildContext {
  return { source: testVocabulary, target: testVocabulary, sharedVocabulary, random: new Random(seed) };
}

/** An i32 tensor. */
export function ints(values: number[] | number[][]): Tensor {
  return tensor(values, { dtype: "i32" });
}

/** Uploads source sentences, padded at the end. */
export function sourceOf(ids: number[][], lengths: number[]): SourceBatch {
  return { ids: ints(ids), lengths: ints(lengths) };
}

/** Compares tensors one by one; a gradient of `null` is 0. */
export async function compareAll(
  what: string,
  actual: readonly (Tensor | null)[],
  expected: readonly (Tensor | null)[],
): Promise<void> {
  for (const [i, reference] of expected.entries()) {
    const tensor = actual[i];
    if (!reference || !tensor) {
      expect((await (reference ?? tensor)?.data())?.some((value) => value !== 0) ?? false).toBe(false);
      continue;
    }
    assertClose(`${what} ${i}`, await toHost(tensor), await toHost(reference), 1e-9);
  }
}
