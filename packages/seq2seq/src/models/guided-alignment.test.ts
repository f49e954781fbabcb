import { cpu, type Tensor, tensor, use, valueAndGrad } from "@heed/tensor";
import { checkDirections } from "@heed/tensor/testing";
import { beforeEach, describe, expect, test } from "vitest";
import { ints, sourceOf, testContext } from "../../testing/test-context.js";
import type { Batch } from "../batch.js";
import { AfterStepModel } from "./after-step-model.js";
import { BeforeStepModel } from "./before-step-model.js";
import { FixedContextModel } from "./fixed-context-model.js";
import { guidedAlignmentLoss } from "./guided-alignment.js";
import { LuongModel } from "./luong-model.js";
import { PointerGeneratorModel } from "./pointer-generator-model.js";
import type { Seq2SeqModel } from "./seq2seq-model.js";
import { TransformerModel } from "./transformer-model.js";

beforeEach(() => use(cpu({ precision: "f64" })));

/** The second target token is aligned to two source tokens, `<eos>` to none; the second sentence is padded. */
const links = [
  [
    [1, 0, 0],
    [0, 1, 1],
    [0, 0, 0],
  ],
  [
    [0, 1, 0],
    [0, 0, 0],
    [0, 0, 0],
  ],
];
const batch = (): Batch => ({
  ...sourceOf(
    [
      [3, 4, 5],
      [6, 7, 0],
    ],
    [3, 2],
  ),
  decoderInput: ints([
    [1, 3, 4],
    [1, 6, 0],
  ]),
  target: ints([
    [3, 4, 2],
    [6, 2, 0],
  ]),
  alignment: tensor(links.flat(2), { shape: [2, 3, 3] }),
  tokenCount: 5,
});

/** Computes the loss number by number. */
async function expected(weights: Tensor): Promise<number> {
  const values = await weights.data();
  let loss = 0;
  for (const [row, sources] of links.flat().entries()) {
    const count = sources.filter((link) => link === 1).length;
    for (const [s, link] of sources.entries()) if (link === 1) loss -= Math.log(values[row * 3 + s]!) / count;
  }
  return loss;
}

const sizes = { embeddingSize: 2, hiddenSize: 4, dropout: 0 };
const transformer = (options: object = {}): TransformerModel =>
  new TransformerModel(
    { hiddenSize: 4, heads: 2, feedForwardSize: 3, layers: 1, dropout: 0, ...options },
    testContext(),
  );
const models: readonly (readonly [name: string, build: () => Seq2SeqModel])[] = [
  ["AfterStepModel", () => new AfterStepModel(sizes, testContext())],
  ["BeforeStepModel", () => new BeforeStepModel(sizes, testContext())],
  [
    "BeforeStepModel, several heads",
    () => new BeforeStepModel({ ...sizes, scorer: "multi-head", heads: 2 }, testContext()),
  ],
  ["LuongModel", () => new LuongModel({ ...sizes, inputFeeding: true }, testContext())],
  ["PointerGeneratorModel", () => new PointerGeneratorModel({ ...sizes, bidirectional: false }, testContext())],
  ["TransformerModel", () => transformer()],
  ["TransformerModel, one head", () => transformer({ alignmentHead: 1 })],
];

describe.each(models)("guided alignment of %s", (_, build) => {
  test("is the cross-entropy of the weights against the normalized alignment", async () => {
    const model = build();
    const plain = model.loss(batch());
    const { total, tokens, terms } = model.loss(batch(), { guidedAlignment: 0.5 });
    const loss = await expected(model.forward(batch()).weights!);
    expect(await terms.guidedAlignment!.item()).toBeCloseTo(0.5 * loss, 6);
    expect(await total.item()).toBeCloseTo((await plain.total.item()) + 0.5 * loss, 6);
    expect(await terms.crossEntropy!.item()).toBeCloseTo(await plain.terms.crossEntropy!.item(), 12);
    expect(tokens).toBe(5);
    expect(plain.terms).not.toHaveProperty("guidedAlignment");
  });

  test("has the gradients of central differences", async () => {
    const model = build();
    const loss = (): Tensor => model.loss(batch(), { guidedAlignment: 2 }).total;
    await checkDirections(loss, Object.fromEntries(model.parameters()), { tolerance: 1e-6 });
  });
});

test("is finite, with finite gradients, where an aligned position has no weight", async () => {
  await use(cpu());
  const weights = tensor([0, 1, 0, 0, 0, 0], { shape: [1, 2, 3] });
  const alignment = tensor([1, 0, 0, 0, 0, 1], { shape: [1, 2, 3] });
  expect(await guidedAlignmentLoss(weights, alignment).item()).toBeCloseTo(2 * 18.42, 1);
  const model = new BeforeStepModel({ ...sizes, temperature: 1e-4, normalizer: "sparsemax" }, testContext());
  const { gradients } = valueAndGrad(
    () => model.loss(batch(), { guidedAlignment: 1 }).total,
    [...model.parameters().values()],
  );
  for (const gradient of gradients) {
    for (const value of (await gradient?.data()) ?? []) expect(Number.isFinite(value)).toBe(true);
  }
});

describe("needs", () => {
  test("an alignment in the batch", () => {
    const { alignment: _, ...without } = batch();
    expect(() => transformer().loss(without, { guidedAlignment: 1 })).toThrow(
      "loss: guidedAlignment is 1, but the batch has no `alignment`. Add it to the batch, or set guidedAlignment to 0.",
    );
    expect(() => transformer().loss(without, { guidedAlignment: 0 })).not.toThrow();
  });

  test("a model with attention", () => {
    const model = new FixedContextModel(sizes, testContext());
    expect(() => model.loss(batch(), { guidedAlignment: 1 })).toThrow("the model has no attention to the source");
  });
});

describe("the alignment of a Transformer", () => {
  const crossWeights = async (model: TransformerModel, layer: number) => {
    const output = model.forward(batch());
    const map = output.maps.find((each) => each.kind === "cross" && each.layer === layer)!;
    const [weights, heads] = [[...(await output.weights!.data())], [...(await map.weights.data())]];
    // From [b, h, t, s] to [b, t, s].
    const headOf = (head: number): number[] => [0, 1].flatMap((b) => heads.slice(b * 18 + head * 9).slice(0, 9));
    return { weights, headOf };
  };

  test("is that of the chosen head, in decode and in its steps", async () => {
    const model = transformer({ layers: 2, alignmentLayer: 0, alignmentHead: 1 }).eval();
    const { weights, headOf } = await crossWeights(model, 0);
    expect(weights).toEqual(headOf(1));
    const encoded = model.encode(batch());
    const step = [...(await model.step(encoded, ints([1, 1]), encoded.initial).weights!.data())];
    for (const [i, value] of [...headOf(1).slice(0, 3), ...headOf(1).slice(9, 12)].entries())
      expect(step[i]).toBeCloseTo(value, 12);
  });

  test("is the mean of the heads of the last layer by default", async () => {
    const { weights, headOf } = await crossWeights(transformer({ layers: 2 }), 1);
    const [first, second] = [headOf(0), headOf(1)];
    for (const [i, value] of weights.entries()) expect(value).toBeCloseTo((first[i]! + second[i]!) / 2, 12);
  });

  test("needs a layer and a head that exist", () => {
    expect(() => transformer({ layers: 2, alignmentLayer: 2 })).toThrow(
      "alignmentLayer must be below the number of layers, 2, got 2",
    );
    expect(() => transformer({ alignmentHead: 2 })).toThrow(
      "alignmentHead must be below the number of heads, 2, got 2",
    );
  });
});
