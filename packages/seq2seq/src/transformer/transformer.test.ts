import { causalMask, makeMask } from "@heed/attention";
import { Random } from "@heed/core";
import { type Module, parameterFrom } from "@heed/nn";
import {
  concat,
  cpu,
  Draw,
  gelu,
  logicalAnd,
  logicalNot,
  mul,
  type Parameter,
  relu,
  slice,
  sum,
  type Tensor,
  tensor,
  use,
} from "@heed/tensor";
import { assertClose, host, toHost } from "@heed/tensor/testing";
import { type Fixture, type FixtureTensor, fixtureNames, loadFixture } from "@heed/tooling/pytorch";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { TransformerDecoder } from "./transformer-decoder.js";
import { TransformerDecoderLayer } from "./transformer-decoder-layer.js";
import { TransformerEncoder } from "./transformer-encoder.js";
import { TransformerEncoderLayer } from "./transformer-encoder-layer.js";
import type { TransformerLayerOptions } from "./transformer-layer.js";

const random = new Random(1);
const read = ({ data, shape, dtype }: FixtureTensor): Tensor =>
  tensor(Float64Array.from(data), { shape, dtype: dtype === "f64" ? "f32" : dtype });
const expected = ({ data, shape }: FixtureTensor) => host([...data], shape);

/** In PyTorch, true means "may not attend"; a row of keys, `[b, k]`, counts for all queries. */
function maskOf(square: Tensor | undefined, padding: Tensor | undefined): Tensor | null {
  const rules = [
    ...(square ? [square.reshape(1, ...square.shape)] : []),
    ...(padding ? [padding.reshape(padding.shape[0]!, 1, -1)] : []),
  ].map((rule) => logicalNot(rule));
  return rules.length === 0 ? null : rules.reduce((all, rule) => logicalAnd(all, rule));
}

interface Case {
  readonly module: Module;
  forward(inputs: Record<string, Tensor>): Tensor;
}

function buildCase({ case: name, config }: Fixture): Case {
  const options: TransformerLayerOptions = {
    size: config.d_model as number,
    heads: config.nhead as number,
    feedForwardSize: config.dim_feedforward as number,
    norm: config.norm_first ? "pre" : "post",
    random,
  };
  const stack = { ...options, layers: config.num_layers as number };
  const isStack = config.num_layers !== undefined;
  if (name.startsWith("transformer-encoder")) {
    const module = isStack ? new TransformerEncoder(stack) : new TransformerEncoderLayer(options);
    return {
      module,
      forward: ({ src, src_mask, mask, src_key_padding_mask }) =>
        module.forward(src!, maskOf(src_mask ?? mask, src_key_padding_mask)).output,
    };
  }
  const ofMasks = (inputs: Record<string, Tensor>) => ({
    own: maskOf(inputs.tgt_mask, inputs.tgt_key_padding_mask),
    source: maskOf(undefined, inputs.memory_key_padding_mask),
  });
  if (isStack) {
    const module = new TransformerDecoder(stack);
    return {
      module,
      forward(inputs) {
        const { own, source } = ofMasks(inputs);
        const memories = module.prepare(inputs.memory!, source);
        return module.forward(inputs.tgt!, { memories, mask: own }).output;
      },
    };
  }
  const module = new TransformerDecoderLayer(options);
  return {
    module,
    forward(inputs) {
      const { own, source } = ofMasks(inputs);
      return module.forward(inputs.tgt!, { memory: module.prepare(inputs.memory!, source), mask: own }).output;
    },
  };
}

describe.each([
  { precision: "f64", tolerance: 1e-11 },
  { precision: "f32", tolerance: 1e-5 },
] as const)("PyTorch's values in $precision", ({ precision, tolerance }) => {
  beforeEach(() => use(cpu({ precision })));

  const names = fixtureNames().filter((name) => name.startsWith("transformer"));
  test("are there", () => expect(names).toHaveLength(10));

  test.each(names)("%s", async (name) => {
    const fixture = loadFixture(name);
    const { parameters, outputs, cotangents, gradients } = fixture;
    const { module, forward } = buildCase(fixture);
    module.loadStateDict(
      new Map(
        Object.entries(parameters).map(([key, { shape, data }]) => [
          key,
          { dtype: "F64", shape, data: Float64Array.from(data) },
        ]),
      ),
    );
    const inputs = Object.fromEntries(
      Object.entries(fixture.inputs).map(([key, value]) => [
        key,
        value.dtype === "f64" ? parameterFrom(read(value)) : read(value),
      ]),
    );
    const output = forward(inputs);
    assertClose("output", await toHost(output), expected(outputs.output!), tolerance);
    sum(mul(output, read(cotangents.output!))).backward();
    for (const [input, reference] of Object.entries(gradients.inputs)) {
      const { grad } = inputs[input] as Parameter;
      assertClose(`gradient of ${input}`, await toHost(grad!), expected(reference), tolerance);
    }
    const learned = module.parameters();
    expect([...learned.keys()].sort()).toEqual(Object.keys(gradients.parameters).sort());
    for (const [parameter, reference] of Object.entries(gradients.parameters)) {
      const { grad } = learned.get(parameter)!;
      assertClose(`gradient of ${parameter}`, await toHost(grad!), expected(reference), tolerance);
    }
  });
});

describe("a stack", () => {
  beforeEach(() => use(cpu({ precision: "f64" })));
  const draw = new Draw(2);
  const options = { size: 8, heads: 2, feedForwardSize: 12, layers: 2, random };

  test.each(["pre", "post"] as const)("with norm %s says part by part what it says at once", async (norm) => {
    const decoder = new TransformerDecoder({ ...options, norm, activation: "gelu" });
    const x = draw.randn(2, 5, 8);
    const memories = decoder.prepare(draw.randn(2, 3, 8));
    const causal = (queries: number, start: number): Tensor =>
      makeMask(causalMask, { queries, keys: start + queries, start });
    const whole = decoder.forward(x, { memories, mask: causal(5, 0) });
    const first = decoder.forward(slice(x, { axis: 1, start: 0, end: 2 }), { memories, mask: causal(2, 0) });
    const caches = first.layers.map(({ cache }) => cache);
    const second = decoder.forward(slice(x, { axis: 1, start: 2 }), { memories, mask: causal(3, 2), caches });
    const joined = concat([first.output, second.output], { axis: 1 });
    assertClose("output", await toHost(joined), await toHost(whole.output), 1e-12);
    expect(second.layers.map(({ self }) => self.shape)).toEqual([
      [2, 2, 3, 5],
      [2, 2, 3, 5],
    ]);
  });

  test("norms what comes out last where no layer does", () => {
    const normed = (norm: "pre" | "post", finalNorm?: boolean): boolean =>
      new TransformerEncoder({ ...options, norm, ...(finalNorm === undefined ? {} : { finalNorm }) }).norm !== null;
    expect([normed("pre"), normed("post"), normed("pre", false), normed("post", true)]).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });

  test.each([
    ["relu", (x: Tensor) => relu(x)],
    ["gelu", (x: Tensor) => gelu(x, {})],
  ] as const)("has %s between the two matrices", async (activation, act) => {
    const layer = new TransformerEncoderLayer({ ...options, activation });
    const x = draw.randn(2, 5, 8);
    const attended = layer.norm1.forward(x.add(layer.self_attn.attendSelf(x).context));
    const fed = layer.linear2.forward(act(layer.linear1.forward(attended)));
    const expected = layer.norm2.forward(attended.add(fed));
    assertClose("output", await toHost(layer.forward(x).output), await toHost(expected), 1e-12);
  });

  test("drops attention weights as often as everything else, unless it is told otherwise", () => {
    const dropped = (given: Partial<TransformerLayerOptions>): number[] => {
      const { self_attn, multihead_attn, dropout } = new TransformerDecoderLayer({ ...options, ...given });
      return [self_attn.dropout, multihead_attn.dropout, dropout].map(({ probability }) => probability);
    };
    expect(dropped({ dropout: 0.2 })).toEqual([0.2, 0.2, 0.2]);
    expect(dropped({ dropout: 0.2, attentionDropout: 0 })).toEqual([0, 0, 0.2]);
  });

  test("drops what each part says before it is added, and between the two matrices", async () => {
    const layer = new TransformerEncoderLayer({ ...options, norm: "pre", dropout: 0.9, attentionDropout: 0 });
    const [drop, between] = [layer.dropout, layer.feedForwardDropout].map((each) => vi.spyOn(each, "forward"));
    const x = draw.randn(1, 6, 8);
    const [input, output] = [await x.data(), await layer.forward(x).output.data()];
    expect(drop!.mock.calls.map(([dropped]) => dropped.shape)).toEqual([
      [1, 6, 8],
      [1, 6, 8],
    ]);
    expect(between!.mock.calls.map(([dropped]) => dropped.shape)).toEqual([[1, 6, 12]]);
    // Nine of ten entries of both parts are gone: many of the input's come through as they are.
    const same = Array.from(input, (value, i) => value === output[i]).filter(Boolean).length;
    expect(same / input.length).toBeGreaterThan(0.5);
  });

  test("refuses an unknown norm and an unknown activation", () => {
    expect(() => new TransformerEncoder({ ...options, norm: "mid" as "pre" })).toThrow("norm must be pre or post");
    expect(() => new TransformerEncoder({ ...options, activation: "tanh" as "gelu" })).toThrow("relu or gelu");
  });
});
