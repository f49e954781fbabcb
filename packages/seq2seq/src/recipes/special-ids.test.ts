import { cpu, use } from "@heed/tensor";
import { beforeEach, expect, test } from "vitest";
import { ints, sourceOf, testContext } from "../../testing/test-context.js";
import { smallOptions } from "../../testing/variants.js";
import { greedyDecode } from "../decoding/greedy-decode.js";
import type { Seq2SeqModel } from "../models/seq2seq-model.js";
import { builtInRecipes } from "./index.js";

const source = [
  [3, 4, 5, 6],
  [7, 8, 0, 0],
  [5, 0, 0, 0],
];
const lengths = [4, 2, 1];
const target = [
  [1, 3, 4, 5, 6],
  [1, 7, 8, 0, 0],
  [1, 5, 0, 0, 0],
];

beforeEach(() => use(cpu({ precision: "f64" })));

test("special ids are those of the vocabulary", async () => {
  const moved = { size: 9, padId: 8, sosId: 5, eosId: 7 };
  const swap = new Map([
    [0, 8],
    [8, 0],
    [1, 5],
    [5, 1],
    [2, 7],
    [7, 2],
  ]);
  const change = (rows: number[][]) => rows.map((row) => row.map((id) => swap.get(id) ?? id));
  for (const recipe of builtInRecipes) {
    const [plain, other] = [testContext(), { ...testContext(), source: moved, target: moved }].map((context) =>
      recipe.build(smallOptions(recipe), context),
    );
    const state = await plain!.stateDict();
    for (const [name, { shape, data }] of state) {
      if (!/embedding\.weight|^output\.(weight|bias)/i.test(name)) continue;
      const width = data.length / shape[0]!;
      const values = Float64Array.from(data as Float64Array);
      for (const [from, to] of swap)
        values.set((data as Float64Array).subarray(from * width, (from + 1) * width), to * width);
      state.set(name, { dtype: "F64", shape, data: values });
    }
    other!.loadStateDict(state);
    const lossOf = async (model: Seq2SeqModel, to: (rows: number[][]) => number[][]): Promise<number> => {
      const { total } = model.loss({
        ...sourceOf(to(source), lengths),
        decoderInput: ints(to(target)),
        target: ints(to(target)),
        tokenCount: 11,
      });
      return await total.item();
    };
    expect(await lossOf(other!, change), recipe.name).toBeCloseTo(await lossOf(plain!, (rows) => rows), 10);
    const [expected, decoded] = [
      await greedyDecode(plain!, sourceOf(source, lengths), { maxLength: 6 }),
      await greedyDecode(other!, sourceOf(change(source), lengths), { maxLength: 6 }),
    ];
    expect(decoded.map(({ ids }) => ids)).toEqual(change(expected.map(({ ids }) => ids)));
  }
});
