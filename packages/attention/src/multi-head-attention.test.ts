import { Random } from "@heed/core";
import { parameterFrom } from "@heed/nn";
import {
  add,
  concat,
  cpu,
  Draw,
  logicalAnd,
  logicalNot,
  mean,
  mul,
  type Parameter,
  slice,
  sum,
  type Tensor,
  tensor,
  use,
} from "@heed/tensor";
import { assertClose, host, toHost } from "@heed/tensor/testing";
import { type FixtureTensor, fixtureNames, loadFixture } from "@heed/tooling/pytorch";
import { beforeEach, describe, expect, test } from "vitest";
import { makeMask } from "./mask.js";
import { causalMask } from "./masks/causal-mask.js";
import { MultiHeadAttention, type MultiHeadAttentionOptions } from "./multi-head-attention.js";

const random = new Random(1);
const build = (options: Partial<MultiHeadAttentionOptions> = {}): MultiHeadAttention =>
  new MultiHeadAttention({ size: 8, heads: 2, random, ...options });

const read = ({ data, shape, dtype }: FixtureTensor): Tensor =>
  tensor(Float64Array.from(data), { shape, dtype: dtype === "f64" ? "f32" : dtype });
const expected = ({ data, shape }: FixtureTensor) => host([...data], shape);

/** In PyTorch, true means "may not attend"; a row of keys, `[b, k]`, counts for all queries. */
function maskOf({ attn_mask, key_padding_mask }: Record<string, Tensor>): Tensor | null {
  const rules = [
    ...(attn_mask ? [attn_mask.reshape(1, ...attn_mask.shape)] : []),
    ...(key_padding_mask ? [key_padding_mask.reshape(key_padding_mask.shape[0]!, 1, -1)] : []),
  ].map((rule) => logicalNot(rule));
  return rules.length === 0 ? null : rules.reduce((all, rule) => logicalAnd(all, rule));
}

describe.each([
  { precision: "f64", tolerance: 1e-12 },
  { precision: "f32", tolerance: 1e-5 },
] as const)("PyTorch's values in $precision", ({ precision, tolerance }) => {
  beforeEach(() => use(cpu({ precision })));

  const names = fixtureNames().filter((name) => name.startsWith("multihead-attention"));
  test("are there", () => expect(names).toHaveLength(7));

  test.each(names)("%s", async (name) => {
    const { config, inputs, parameters, outputs, cotangents, gradients } = loadFixture(name);
    const module = build({
      size: config.embed_dim as number,
      heads: config.num_heads as number,
      bias: config.bias as boolean,
      ...(config.kdim === null ? {} : { keySize: config.kdim as number, valueSize: config.vdim as number }),
    });
    module.loadStateDict(
      new Map(
        Object.entries(parameters).map(([key, { shape, data }]) => [
          key,
          { dtype: "F64", shape, data: Float64Array.from(data) },
        ]),
      ),
    );
    const given = Object.fromEntries(
      Object.entries(inputs).map(([key, value]) => [
        key,
        value.dtype === "f64" ? parameterFrom(read(value)) : read(value),
      ]),
    );
    const { query, key, value } = given;
    const mask = maskOf(given);
    const attended = key
      ? module.forward(query!, module.prepare(key, { values: value!, mask }))
      : module.attendSelf(query!, { mask });
    const all: Record<string, Tensor> = {
      attn_output: attended.context,
      attn_output_weights: config.average_attn_weights ? mean(attended.weights, { axis: 1 }) : attended.weights,
    };
    expect(Object.keys(outputs).sort()).toEqual(Object.keys(all).sort());
    for (const [output, reference] of Object.entries(outputs)) {
      assertClose(output, await toHost(all[output]!), expected(reference), tolerance);
    }
    Object.entries(cotangents)
      .map(([output, cotangent]) => sum(mul(all[output]!, read(cotangent))))
      .reduce((total, term) => add(total, term))
      .backward();
    for (const [input, reference] of Object.entries(gradients.inputs)) {
      assertClose(
        `gradient of ${input}`,
        await toHost((given[input] as Parameter).grad!),
        expected(reference),
        tolerance,
      );
    }
    expect([...module.parameters().keys()].sort()).toEqual(Object.keys(gradients.parameters).sort());
    for (const [parameter, reference] of Object.entries(gradients.parameters)) {
      const { grad } = module.parameters().get(parameter)!;
      assertClose(`gradient of ${parameter}`, await toHost(grad!), expected(reference), tolerance);
    }
  });
});

describe("MultiHeadAttention", () => {
  beforeEach(() => use(cpu({ precision: "f64" })));
  const draw = new Draw(1);

  test("attends itself as it attends others", async () => {
    const attention = build();
    const x = draw.randn(2, 5, 8);
    const mask = makeMask(causalMask, { queries: 5, keys: 5 });
    const self = attention.attendSelf(x, { mask });
    const other = attention.forward(x, attention.prepare(x, { mask }), { projection: attention.precompute() });
    assertClose("context", await toHost(self.context), await toHost(other.context), 1e-12);
    assertClose("weights", await toHost(self.weights), await toHost(other.weights), 1e-12);
  });

  test("attends token by token, with what came before kept, as it attends all at once", async () => {
    const attention = build({ heads: 4 });
    const x = draw.randn(2, 5, 8);
    const whole = attention.attendSelf(x, { mask: makeMask(causalMask, { queries: 5, keys: 5 }) });
    const first = attention.attendSelf(slice(x, { axis: 1, start: 0, end: 2 }), {
      mask: makeMask(causalMask, { queries: 2, keys: 2 }),
    });
    const contexts = [first.context];
    let { cache } = first;
    for (const t of [2, 3, 4]) {
      const step = attention.attendSelf(slice(x, { axis: 1, start: t, end: t + 1 }), { cache });
      expect(step.weights.shape).toEqual([2, 4, 1, t + 1]);
      contexts.push(step.context);
      cache = step.cache;
    }
    assertClose("context", await toHost(concat(contexts, { axis: 1 })), await toHost(whole.context), 1e-12);
    assertClose("keys", await toHost(cache.keys), await toHost(whole.cache.keys), 1e-12);
  });

  test("has a mask for each head where it is given one, and weights 0 with nothing to attend", async () => {
    const attention = build();
    const mask = tensor([1, 0, 0, 0, 0, 0], { shape: [1, 2, 1, 3], dtype: "bool" });
    const { weights, context } = attention.attendSelf(draw.randn(1, 3, 8), { mask });
    const one = [1, 0, 0];
    expect([...(await weights.data())]).toEqual([...one, ...one, ...one, ...Array(9).fill(0)]);
    expect([...(await context.data())].every(Number.isFinite)).toBe(true);
  });

  test("counts a query of two axes as one step", () => {
    const attention = build({ keySize: 5, valueSize: 6 });
    const memory = attention.prepare(draw.randn(2, 4, 5), { values: draw.randn(2, 4, 6) });
    const { context, weights } = attention.forward(draw.randn(2, 8), memory);
    expect([context.shape, weights.shape]).toEqual([
      [2, 1, 8],
      [2, 2, 1, 4],
    ]);
  });

  test("drops weights in training only, and returns them undropped", async () => {
    const attention = build({ dropout: 0.5 });
    const x = draw.randn(1, 20, 8);
    const trained = attention.attendSelf(x);
    const evaluated = attention.eval().attendSelf(x);
    assertClose("weights", await toHost(trained.weights), await toHost(evaluated.weights), 1e-12);
    expect(await trained.context.data()).not.toEqual(await evaluated.context.data());
  });

  test("drops weights without bias: on average the context is what it is without dropout", async () => {
    const attention = build({ dropout: 0.3 });
    const x = draw.randn(1, 3, 8);
    const draws = Array.from({ length: 2000 }, () => attention.attendSelf(x).context);
    const average = mean(concat(draws, { axis: 0 }), { axis: 0, keepDims: true });
    assertClose("context", await toHost(average), await toHost(attention.eval().attendSelf(x).context), 0.06);
  });

  test("refuses what it cannot attend", () => {
    expect(() => build({ heads: 3 })).toThrow("heads must divide the size 8, got 3");
    expect(() => build({ heads: 0 })).toThrow("got 0");
    expect(() => build().prepare(draw.randn(4, 8))).toThrow(
      "MultiHeadAttention: keys must have three axes, [batch, keys, size], got 2: [4, 8].",
    );
    expect(() => build({ keySize: 5 }).attendSelf(draw.randn(1, 4, 8))).toThrow(
      /self-attention needs keys and values of the query's size/,
    );
  });
});
