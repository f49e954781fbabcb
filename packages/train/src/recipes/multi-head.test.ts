import { MultiHeadAttention } from "@heed/attention";
import { Random } from "@heed/core";
import { BeforeStepModel } from "@heed/seq2seq";
import { concat, cpu, Draw, tensor, use, zeros } from "@heed/tensor";
import { assertClose, toHost } from "@heed/tensor/testing";
import { beforeEach, expect, test } from "vitest";
import { sourceOf, testContext } from "../../../seq2seq/testing/test-context.js";
import type { AnyRecipe } from "../recipe.js";
import { multiHead } from "./multi-head.js";
import { scaledQkv } from "./scaled-qkv.js";

beforeEach(() => use(cpu({ precision: "f64" })));

const build = (recipe: AnyRecipe): BeforeStepModel => {
  const context = testContext();
  const model = recipe.build({ hiddenSize: 8, embeddingSize: 3 }, context);
  if (!(model instanceof BeforeStepModel)) throw new Error("another model than expected");
  return model;
};

test.each([
  ["scaled-qkv", scaledQkv, 1],
  ["multi-head", multiHead, 4],
] as const)("%s attends as PyTorch's layer of as many heads does", async (_, recipe, heads) => {
  const { attention } = build(recipe);
  const { Wq, Wk } = attention.scorer;
  const layer = new MultiHeadAttention({ size: 8, heads, bias: false, random: new Random(2) });
  layer.in_proj_weight!.assign(
    concat([Wq!.transpose(), Wk!.transpose(), attention.valueProjection!.weight], { axis: 0 }),
  );
  const identity = tensor(
    Array.from({ length: 64 }, (_, i) => (i % 9 === 0 ? 1 : 0)),
    { shape: [8, 8] },
  );
  layer.out_proj.weight.assign(attention.contextProjection?.weight ?? identity);
  expect(attention.contextProjection === null).toBe(heads === 1);

  const draw = new Draw(3);
  const [query, keys, mask] = [draw.randn(2, 3, 8), draw.randn(2, 5, 8), draw.mask(2, 1, 5)];
  const ours = attention.forward(query, attention.prepare(keys, { mask }));
  const reference = layer.forward(query, layer.prepare(keys, { mask }));
  assertClose("context", await toHost(ours.context), await toHost(reference.context), 1e-12);
  assertClose("heads", await toHost(ours.heads!), await toHost(reference.weights), 1e-12);
});

test("a query of two axes is one step, and keys that are no sequences are a clear error", () => {
  const { attention } = build(scaledQkv);
  expect(attention.forward(zeros([2, 8]), attention.prepare(zeros([2, 5, 8]))).context.shape).toEqual([2, 1, 8]);
  expect(() => attention.prepare(zeros([5, 8]))).toThrow("keys must have three axes, [batch, keys, size], got 2");
});

test("the source attends itself in place of recurrence, which has no direction", () => {
  const context = testContext();
  const model = multiHead.build({ hiddenSize: 8, embeddingSize: 3, layers: 2, encoder: "self-attention" }, context);
  const { maps, states } = model.encode(sourceOf([[3, 4, 5]], [2]));
  expect(states.shape).toEqual([1, 3, 8]);
  expect(maps.map(({ kind, layer, weights }) => [kind, layer, ...weights.shape])).toEqual([
    ["encoder", 0, 1, 4, 3, 3],
    ["encoder", 1, 1, 4, 3, 3],
  ]);
  const both = { hiddenSize: 8, encoder: "self-attention", bidirectional: true };
  expect(() => multiHead.build(both, context)).toThrow(/bidirectional is an option of recurrent encoders/);
});
