import { Random } from "@heed/core";
import {
  add,
  cpu,
  Draw,
  lessEqual,
  mul,
  Parameter,
  slice,
  sum,
  type Tensor,
  tensor,
  transpose,
  use,
  valueAndGrad,
} from "@heed/tensor";
import { assertClose, host, toHost } from "@heed/tensor/testing";
import { type FixtureTensor, loadFixture } from "@heed/tooling/pytorch";
import { beforeEach, describe, expect, test } from "vitest";
import { Attention } from "./attention.js";
import { makeMask } from "./mask.js";
import { paddingMask } from "./masks/padding-mask.js";
import { windowMask } from "./masks/window-mask.js";
import { defineNormalizer } from "./normalizer.js";
import type { Scorer } from "./scorer.js";
import { additive } from "./scorers/additive.js";
import { coverage } from "./scorers/coverage.js";
import { dot } from "./scorers/dot.js";
import { multiHead } from "./scorers/multi-head.js";
import { scaledDot } from "./scorers/scaled-dot.js";

beforeEach(() => use(cpu()));

const random = new Random(1);

describe("Attention", () => {
  test("counts a query of two axes as one step", async () => {
    const draw = new Draw(1);
    const keys = draw.randn(2, 5, 4);
    const attention = new Attention({ scorer: dot, querySize: 4, keySize: 4, random });
    const memory = attention.prepare(keys);
    const query = draw.randn(2, 4);
    const { context, weights } = attention.forward(query, memory);
    expect([context.shape, weights.shape]).toEqual([
      [2, 1, 4],
      [2, 1, 5],
    ]);
    const same = attention.forward(query.reshape(2, 1, 4), memory);
    assertClose("context", await toHost(context), await toHost(same.context), 0);
  });

  test("refuses keys that do not have three axes", () => {
    const attention = new Attention({ scorer: additive, querySize: 4, keySize: 4, random });
    expect(() => attention.prepare(new Draw(1).randn(5, 4))).toThrow(
      "Attention: keys must have three axes, [batch, keys, size], got 2: [5, 4].",
    );
  });

  test("refuses sizes that the scorer cannot compare", () => {
    expect(() => new Attention({ scorer: dot, querySize: 4, keySize: 6, random })).toThrow(
      /^scorer dot needs queries and keys of the same size, got 4 and 6\. Give both the same size .* such as general\.$/,
    );
  });

  test("refuses an option that a mask does not have", () => {
    const masks = [{ mask: windowMask, options: { radus: 2 } }];
    expect(() => new Attention({ scorer: additive, querySize: 4, keySize: 4, masks, random })).toThrow(
      'mask window has no option "radus". Did you mean "radius"? Known: radius.',
    );
  });

  test.each<[name: string, normalize: (scores: Tensor) => unknown, message: string]>([
    ["nothing", () => undefined, "normalizer mine: normalize must return a tensor, got something else (undefined)."],
    ["a promise", async (scores) => scores, "normalizer mine: normalize must return a tensor, got a promise."],
    [
      "a sum",
      (scores) => sum(scores),
      "normalizer mine: normalize must return a weight for each score, [1, 2, 4], got [].",
    ],
  ])("refuses a normalizer that returns %s", (_, normalize, message) => {
    const mine = { name: "mine", formula: "none", reference: "none", normalize: normalize as () => Tensor };
    const normalizer = defineNormalizer(mine);
    const attention = new Attention({ scorer: dot, querySize: 3, keySize: 3, normalizer, random: new Random(1) });
    const { randn } = new Draw(1);
    const memory = attention.prepare(randn(1, 4, 3));
    expect(() => attention.forward(randn(1, 2, 3), memory)).toThrow(message);
  });

  test("refuses a memory of another shape", () => {
    const scorer = { ...coverage, remember: (_: Tensor, weights: Tensor) => weights.reshape(2, 5) };
    const attention = new Attention({ scorer, querySize: 4, keySize: 4, random });
    const memory = attention.prepare(new Draw(1).randn(2, 5, 4));
    expect(() => attention.forward(new Draw(1).randn(2, 4), memory)).toThrow(
      "scorer coverage: remember must return [b, 1, k] = [2, 1, 5], got [2, 5].",
    );
  });

  test("gives each head its own window, and each sentence its own mask", async () => {
    // Head i sees nothing before key i. With as many heads as sentences, one is easily taken for the other.
    const scorer: Scorer = {
      ...multiHead,
      positional: true,
      score: (params, query, prepared, around) => ({
        scores: multiHead.score(params, query, prepared, around) as Tensor,
        window: lessEqual(tensor(new Float32Array([0, 1])).reshape(1, 2, 1, 1), around.positions.key),
      }),
    };
    const attention = new Attention({ scorer, querySize: 4, keySize: 4, heads: 2, random });
    const lengths = tensor(new Int32Array([3, 2]));
    const mask = makeMask(paddingMask, { keys: 3, lengths });
    const draw = new Draw(1);
    const { heads } = attention.forward(draw.randn(2, 4), attention.prepare(draw.randn(2, 3, 4), { mask, lengths }));
    const seen = Array.from(await heads!.data(), (weight) => (weight > 0 ? 1 : 0));
    expect(seen).toEqual(
      [
        [1, 1, 1],
        [0, 1, 1],
        [1, 1, 0],
        [0, 1, 0],
      ].flat(),
    );
  });

  test.each([
    ["a promise", Promise.resolve(null)],
    ["null", null],
    ["something else (undefined)", undefined],
    ["something else (object)", { weights: 1 }],
  ])("refuses a scorer that returns %s", (what, returned) => {
    const scorer = { ...dot, score: () => returned as unknown as Tensor };
    const attention = new Attention({ scorer, querySize: 4, keySize: 4, random });
    const draw = new Draw(1);
    expect(() => attention.forward(draw.randn(2, 4), attention.prepare(draw.randn(2, 5, 4)))).toThrow(
      `scorer dot: score must return a tensor, or { scores, window } of two tensors, got ${what}. `,
    );
  });

  test("drops weights in training only, and returns them undropped", async () => {
    const keys = new Draw(2).randn(1, 40, 4);
    const attention = new Attention({ scorer: dot, querySize: 4, keySize: 4, dropout: 0.5, random });
    const attend = () => attention.forward(new Draw(3).randn(1, 1, 4), attention.prepare(keys));
    const trained = attend();
    attention.eval();
    const evaluated = attend();
    assertClose("weights", await toHost(trained.weights), await toHost(evaluated.weights), 0);
    expect(await trained.context.data()).not.toEqual(await evaluated.context.data());
  });
});

describe("against PyTorch", () => {
  for (const [name, scorer] of [
    ["additive-attention-padding-mask", additive],
    ["attention-mask", scaledDot],
  ] as const) {
    test(name, async () => {
      const fixture = loadFixture(name);
      const read = (key: string) => {
        const { data, shape, dtype } = fixture.inputs[key]!;
        return tensor(data, { shape, dtype: dtype === "f64" ? "f32" : dtype });
      };
      const query = read("query");
      const keys = read("keys");
      const values = fixture.inputs.values ? read("values") : keys;
      const attention = new Attention({
        scorer,
        querySize: query.shape.at(-1)!,
        keySize: keys.shape.at(-1)!,
        attentionSize: fixture.parameters.v?.shape[0] ?? 1,
        random,
      });
      attention.loadStateDict(
        new Map(
          Object.entries(fixture.parameters).map(([key, { shape, data }]) => [
            `scorer.${key}`,
            { dtype: "F64", shape, data: Float64Array.from(data) },
          ]),
        ),
      );
      const memory = attention.prepare(keys, { values, mask: read("mask") });
      const { context, weights } = attention.forward(query, memory);
      for (const [key, actual] of Object.entries({ context, weights })) {
        const { data, shape } = fixture.outputs[key]!;
        assertClose(key, await toHost(actual), host([...data], shape), 1e-6);
      }
    });
  }

  test("multi-head scores, with projected values and context, are MultiheadAttention without biases", async () => {
    await use(cpu({ precision: "f64" }));
    const { inputs, parameters, outputs, cotangents, gradients } = loadFixture("multihead-attention-no-bias");
    const made = ({ data, shape }: FixtureTensor) => tensor(Float64Array.from(data), { shape });
    const size = 8;
    const attention = new Attention({
      scorer: multiHead,
      querySize: size,
      keySize: size,
      heads: 2,
      projectValues: size,
      projectContext: size,
      random,
    });
    // PyTorch keeps Wq, Wk and Wv as one matrix [3 · 8, 8], each of them [out, in].
    const part = (x: FixtureTensor, index: number) =>
      slice(made(x), { axis: 0, start: index * size, end: (index + 1) * size });
    const packed = parameters.in_proj_weight!;
    attention.scorer.Wq!.assign(transpose(part(packed, 0)));
    attention.scorer.Wk!.assign(transpose(part(packed, 1)));
    attention.valueProjection!.weight.assign(part(packed, 2));
    attention.contextProjection!.weight.assign(made(parameters["out_proj.weight"]!));

    const query = new Parameter(made(inputs.query!));
    const attend = () => attention.forward(query, attention.prepare(query));
    const { context, heads } = attend();
    const [output, weights] = [outputs.attn_output!, outputs.attn_output_weights!];
    assertClose("context", await toHost(context), host([...output.data], output.shape), 1e-12);
    assertClose("heads", await toHost(heads!), host([...weights.data], weights.shape), 1e-12);

    const loss = () => {
      const attended = attend();
      const ofContext = sum(mul(attended.context, made(cotangents.attn_output!)));
      return add(ofContext, sum(mul(attended.heads!, made(cotangents.attn_output_weights!))));
    };
    const [ofQuery, ofWq] = valueAndGrad(loss, [query, attention.scorer.Wq!]).gradients;
    const expected = made(gradients.inputs.query!);
    assertClose("gradient for the query", await toHost(ofQuery!), await toHost(expected), 1e-12);
    const expectedWq = transpose(part(gradients.parameters.in_proj_weight!, 0));
    assertClose("gradient for Wq", await toHost(ofWq!), await toHost(expectedWq), 1e-12);
  });
});
