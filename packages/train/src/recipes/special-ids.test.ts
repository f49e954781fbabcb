import { greedyDecode, type Seq2SeqModel } from "@heed/seq2seq";
import { cpu, use } from "@heed/tensor";
import { beforeEach, expect, test } from "vitest";
import { ints, sentences, sourceOf, testContext } from "../../../seq2seq/testing/test-context.js";
import { smallOptions } from "../../testing/variants.js";
import { builtInRecipes } from "./index.js";

const { source, lengths, target } = sentences;

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

test("the padding of each side alone has no embedding: the id 0 may be a word", async () => {
  const own = { size: 9, padId: 8, sosId: 1, eosId: 2 };
  const other = { size: 9, padId: 7, sosId: 1, eosId: 2 };
  const short = [
    [0, 3, 4],
    [0, 4],
    [5, 0],
  ];
  const pad = (rows: number[][], padId: number) => rows.map((row) => [...row, padId].slice(0, 3));
  for (const recipe of builtInRecipes) {
    const context = { ...testContext({ sharedVocabulary: false }), source: own, target: other };
    const model = recipe.build({ ...smallOptions(recipe), ...unshared(recipe) }, context);
    const parameters = model.parameters();
    const names = [...parameters.keys()].filter((name) => /embedding\.weight/i.test(name));
    expect(names).toHaveLength(2);
    const inputs = { decoderInput: ints(pad(short, 7)), target: ints(pad(short, 7)), tokenCount: 7 };
    model.loss({ ...sourceOf(pad(short, 8), [3, 2, 2]), ...inputs }).total.backward();
    for (const name of names) {
      const { grad, shape } = parameters.get(name)!;
      const values = [...(await grad!.data())];
      const learns = (id: number) => values.slice(id * shape[1]!, (id + 1) * shape[1]!).some((value) => value !== 0);
      expect([learns(0), learns(7), learns(8)], `${recipe.name} ${name}`).toEqual([true, false, false]);
    }
  }
});

/** Options that switch off shared embeddings in a recipe that shares them. */
function unshared({ model }: (typeof builtInRecipes)[number]): object {
  return "shape" in model && "shareEmbedding" in (model.shape as object) ? { shareEmbedding: false } : {};
}
