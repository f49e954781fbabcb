import { greedyDecode, type Seq2SeqModel, type State } from "@heed/seq2seq";
import {
  cpu,
  mean,
  memory,
  noGrad,
  scope,
  softmaxCrossEntropy,
  sum,
  type Tensor,
  treeLeaves,
  treeTake,
  use,
  valueAndGrad,
} from "@heed/tensor";
import { assertClose, checkGradients, host, toHost } from "@heed/tensor/testing";
import { beforeEach, describe, expect, test } from "vitest";
import { compareAll, ints, sentences, sourceOf, testContext } from "../../../seq2seq/testing/test-context.js";
import { smallOptions, variants } from "../../testing/variants.js";
import { builtInRecipes } from "./index.js";

const tokens = 9;
const { source, lengths, target } = sentences;

const batch = () => ({ ...sourceOf(source, lengths), decoderInput: ints(target) });
/** Two short sentences, one of them padded. */
const shortTargets = () => ints([target[1]!.slice(0, 3), target[2]!.slice(0, 3)]);
const shortBatch = () => ({
  ...sourceOf(
    [
      [7, 8],
      [5, 0],
    ],
    [2, 1],
  ),
  decoderInput: shortTargets(),
  target: shortTargets(),
  tokenCount: 5,
});

beforeEach(() => use(cpu({ precision: "f64" })));

for (const { recipe, options, differentiated, sumsToOne } of variants()) {
  describe(`${recipe.name} ${JSON.stringify(options)}`, () => {
    const build = (): Seq2SeqModel => recipe.build(options, testContext());

    test("step by step equals teacher forcing", async () => {
      const model = build();
      const encoded = model.encode(sourceOf(source, lengths));
      const whole = model.decode(encoded, ints(target));
      expect(whole.logits.shape).toEqual([3, 5, tokens]);
      const logits = await toHost(whole.logits);
      const weights = whole.weights && (await toHost(whole.weights));
      let state: State = encoded.initial;
      for (let t = 0; t < 5; t++) {
        const step = model.step(encoded, ints(target.map((row) => row[t]!)), state);
        state = step.state;
        expect(treeLeaves(state).every(({ shape }) => shape[0] === 3)).toBe(true);
        assertClose(`logits of step ${t}`, await toHost(step.logits), stepOf(logits, t), 1e-10);
        if (weights) assertClose(`weights of step ${t}`, await toHost(step.weights!), stepOf(weights, t), 1e-10);
      }
    });

    test("a sentence alone equals the same sentence in a padded batch", async () => {
      const model = build();
      const together = model.forward(batch());
      const batchLogits = await together.logits.data();
      const batchWeights = await together.weights?.data();
      for (const [row, length] of lengths.entries()) {
        const alone = model.forward({
          ...sourceOf([source[row]!.slice(0, length)], [length]),
          decoderInput: ints([target[row]!.slice(0, length + 1)]),
        });
        const size = (length + 1) * tokens;
        const start = row * 5 * tokens;
        const expected = host(batchLogits.subarray(start, start + size) as Float64Array, [1, length + 1, tokens]);
        assertClose(`logits of sentence ${row}`, await toHost(alone.logits), expected, 1e-10);
        if (!batchWeights || !alone.weights) continue;
        const rows = Array.from({ length: length + 1 }, (_, t) => {
          const start = row * 20 + t * 4;
          return [...batchWeights.subarray(start, start + length)];
        });
        const padding = batchWeights.subarray(row * 20 + length, row * 20 + 4);
        expect([...padding].every((weight) => weight === 0)).toBe(true);
        assertClose(
          `weights of sentence ${row}`,
          await toHost(alone.weights),
          host(rows.flat(), [1, length + 1, length]),
          1e-10,
        );
      }
    });

    test("maps show every layer and head; the weights are the mean of the last layer's", async () => {
      const model = build();
      const encoded = model.encode(sourceOf(source, lengths));
      const { weights, maps } = model.decode(encoded, ints(target));
      const ofKind = (kind: string): readonly number[] =>
        [...encoded.maps, ...maps].filter((map) => map.kind === kind).map(({ layer }) => layer);
      for (const kind of ["cross", "encoder", "decoder"]) {
        expect(ofKind(kind)).toEqual(Array.from(ofKind(kind), (_, layer) => layer));
      }
      expect(ofKind("cross").length > 0).toBe(weights !== null);
      expect([0, ofKind("cross").length]).toContain(ofKind("decoder").length);
      for (const { kind, weights } of [...encoded.maps, ...maps]) {
        const [queries, keys] = { cross: [5, 4], encoder: [4, 4], decoder: [5, 5] }[kind];
        expect(weights.shape).toEqual([3, weights.shape[1], queries, keys]);
      }
      if (!weights) return;
      const last = maps.findLast(({ kind }) => kind === "cross")!;
      assertClose("weights", await toHost(mean(last.weights, { axis: 1 })), await toHost(weights), 1e-12);
    });

    test("the loss is the cross-entropy, summed over the target tokens", async () => {
      const model = build();
      const whole = shortBatch();
      const { total, tokens: count, terms } = model.loss(whole, { labelSmoothing: 0.1 });
      const { logits } = model.forward(whole);
      const options = { ignoreIndex: 0, labelSmoothing: 0.1, reduction: "sum" } as const;
      const expected = await softmaxCrossEntropy(logits, whole.target, options).item();
      expect(await total.item()).toBeCloseTo(expected, 10);
      expect(await terms.crossEntropy!.item()).toBeCloseTo(expected, 10);
      expect(count).toBe(5);
    });

    test("validation between encoding and training does not change gradients", async () => {
      const [model, fresh] = [build(), build()];
      const lossOf = (of: Seq2SeqModel): readonly (Tensor | null)[] => {
        const parameters = [...of.parameters().values()];
        return valueAndGrad(() => of.loss(shortBatch()).total, parameters).gradients;
      };
      const expected = lossOf(fresh);
      noGrad(() => {
        const encoded = model.encode(sourceOf(source, lengths));
        model.decode(encoded, ints(target));
        model.step(encoded, ints([1, 1, 1]), encoded.initial);
      });
      await compareAll("gradient", lossOf(model), expected);
      // An encoding without gradients does not cut off those of the decoder.
      const encoded = noGrad(() => model.encode(shortBatch()));
      const decode = (of: Seq2SeqModel, given: ReturnType<Seq2SeqModel["encode"]>): Tensor =>
        softmaxCrossEntropy(of.decode(given, shortTargets()).logits, shortTargets(), { ignoreIndex: 0 });
      // The keys and values of a Transformer's decoder are part of the encoding.
      const names = [...model.parameters().keys()].filter((name) => /^(decoder(?!.*multihead)|cells)/.test(name));
      const own = (of: Seq2SeqModel) => names.map((name) => of.parameters().get(name)!);
      const { gradients } = valueAndGrad(() => decode(model, encoded), own(model));
      const reference = valueAndGrad(() => decode(fresh, fresh.encode(shortBatch())), own(fresh)).gradients;
      await compareAll("gradient of the decoder", gradients, reference);
    });

    test("a step after an update uses the new parameters", async () => {
      const model = build();
      const step = async (): Promise<number[]> => {
        const encoded = noGrad(() => model.encode(sourceOf(source, lengths)));
        return [...(await noGrad(() => model.step(encoded, ints([1, 1, 1]), encoded.initial)).logits.data())];
      };
      await step();
      for (const parameter of model.parameters().values()) parameter.assign(noGrad(() => parameter.mul(1.5)));
      const cached = await step();
      model.releaseCache();
      expect(await step()).toEqual(cached);
    });

    test("states and encodings can be reordered", async () => {
      const model = build();
      const encoded = model.encode(sourceOf(source, lengths));
      const first = model.step(encoded, ints([1, 1, 1]), encoded.initial);
      const order = ints([2, 0, 0, 1]);
      const ids = ints([3, 4, 5]);
      const plain = model.step(encoded, ids, first.state);
      const reordered = model.step(treeTake(encoded, order), treeTake(ids, order), treeTake(first.state, order));
      assertClose("logits", await toHost(reordered.logits), await toHost(treeTake(plain.logits, order)), 1e-12);
    });

    test("a step can be inspected and controlled", async () => {
      const model = build();
      const encoded = model.encode(sourceOf(source, lengths));
      const first = model.step(encoded, ints([1, 1, 1]), encoded.initial);
      const plain = model.step(encoded, ints([3, 4, 5]), first.state);
      const { layers, ...inspected } = model.inspect(encoded, ints([3, 4, 5]), first.state);
      assertClose("inspected", await toHost(inspected.logits), await toHost(plain.logits), 1e-10);
      expect(layers.length > 0).toBe(plain.weights !== null);
      for (const { query, keys, scores, weights, context } of layers) {
        expect([query, keys, scores, weights, context].map(({ shape }) => shape[0])).toEqual([3, 3, 3, 3, 3]);
        expect([scores.shape, weights.shape]).toEqual(Array(2).fill([3, weights.shape[1], 1, 4]));
      }
      if (layers.length === 0) return;
      // The weights that the model computes change nothing; others change the logits and are the weights of the result.
      const same = model.step(encoded, ints([3, 4, 5]), first.state, {
        layers: layers.map(({ weights }) => ({ weights })),
      });
      assertClose("controlled", await toHost(same.logits), await toHost(plain.logits), 1e-10);
      assertClose(
        "next state",
        await toHost(treeLeaves(same.state)[0]!),
        await toHost(treeLeaves(plain.state)[0]!),
        1e-10,
      );
      const others = layers.map(({ weights }) => ({ weights: weights.mul(0).add(1) }));
      const other = model.step(encoded, ints([3, 4, 5]), first.state, { layers: others });
      expect(await other.logits.data()).not.toEqual(await plain.logits.data());
      assertClose("weights", await toHost(other.weights!), host(new Float64Array(12).fill(1), [3, 4]), 1e-12);
      const last = layers.map((_, layer) => (layer === layers.length - 1 ? others[layer] : null));
      const one = model.inspect(encoded, ints([3, 4, 5]), first.state, { layers: last });
      assertClose("last layer", await toHost(one.weights!), await toHost(other.weights!), 1e-12);
    });

    const compareGradients = async (): Promise<void> => {
      const model = build();
      const parameters = [...model.parameters()];
      // Gradients of what lies behind padding are 0 by design, unless the output is tied to it.
      for (const [name, parameter] of parameters) {
        if (/embedding\.weight$/i.test(name) && !("tieOutput" in options)) parameter.trainable = false;
      }
      await checkGradients(
        () => {
          const { logits } = model.forward(shortBatch());
          return softmaxCrossEntropy(logits, shortTargets(), { ignoreIndex: 0 });
        },
        Object.fromEntries(parameters.filter(([, parameter]) => parameter.trainable)),
        { tolerance: 1e-6 },
      );
    };
    if (differentiated) test("gradients of the loss agree with central differences", compareGradients);

    test("greedy decoding ends, returns its weights and frees what it made", async () => {
      const model = build();
      const inputs = sourceOf(source, lengths);
      const before = memory().buffers;
      const decoded = await greedyDecode(model, inputs, { maxLength: 5 });
      expect(memory().buffers).toBe(before);
      expect(model.training).toBe(true);
      for (const [row, { ids, weights }] of decoded.entries()) {
        expect(ids.length).toBeLessThanOrEqual(5);
        if (!weights) continue;
        expect(weights.length).toBe(ids.length);
        for (const step of weights) {
          expect(step.length).toBe(lengths[row]);
          if (sumsToOne) expect(step.reduce((total, weight) => total + weight, 0)).toBeCloseTo(1, 10);
        }
      }
    });
  });
}

test("only the recipe without attention has no weights", () => {
  const without = builtInRecipes.filter((recipe) => {
    const model = recipe.build(smallOptions(recipe), testContext());
    return scope(() => model.forward(batch()).weights === null);
  });
  expect(without.map((recipe) => recipe.name)).toEqual(["fixed-context"]);
});

test("the same seed builds the same model", async () => {
  for (const recipe of builtInRecipes) {
    const [first, second, other] = [1, 1, 2].map((seed) => recipe.build(smallOptions(recipe), testContext({ seed })));
    const total = async (model: Seq2SeqModel | undefined): Promise<number> => {
      const values = [...model!.parameters().values()].map((parameter) => sum(parameter).item());
      return (await Promise.all(values)).reduce((a, b) => a + b);
    };
    expect(await total(first)).toBe(await total(second));
    expect(await total(first)).not.toBe(await total(other));
  }
});

/** Step t of `[b, t, …]`. */
function stepOf({ shape, values }: { shape: readonly number[]; values: ArrayLike<number> }, t: number) {
  const [b, steps, width] = shape as [number, number, number];
  const rows = Array.from({ length: b }, (_, row) =>
    Array.from({ length: width }, (_, i) => values[(row * steps + t) * width + i]!),
  );
  return host(rows.flat(), [b, width]);
}

describe.each(builtInRecipes)("$name", (recipe) => {
  const build = () => recipe.build(smallOptions(recipe), testContext());

  test("control for a layer that does not exist is refused", () => {
    const model = build();
    const encoded = model.encode(sourceOf(source, lengths));
    const layers = [...Array.from({ length: 9 }, () => null), { weights: ints([1]) }];
    for (const method of ["step", "inspect"] as const) {
      expect(() => model[method](encoded, ints([1, 1, 1]), encoded.initial, { layers })).toThrow(
        "control.layers[9] is set, but",
      );
    }
  });

  test("computes on the backend of its parameters, whatever is in use", async () => {
    const model = build();
    const inputs = { ...batch(), target: ints(target), tokenCount: 11 };
    const expected = await model.loss(inputs).total.item();
    await use(cpu({ precision: "f64" }));
    expect(await model.loss(inputs).total.item()).toBe(expected);
  });

  test("a step has the same gradients after a step without gradients", async () => {
    const model = build();
    const parameters = [...model.parameters().values()];
    const twoSteps = () => {
      const encoded = model.encode(sourceOf(source, lengths));
      const { state } = model.step(encoded, ints([1, 1, 1]), encoded.initial);
      return sum(model.step(encoded, ints([3, 7, 5]), state).logits);
    };
    const fresh = valueAndGrad(twoSteps, parameters).gradients;
    noGrad(twoSteps);
    await compareAll("gradient", valueAndGrad(twoSteps, parameters).gradients, fresh);
  });

  test("dispose frees what steps have cached", () => {
    const before = memory().buffers;
    const model = build();
    scope(() =>
      noGrad(() => {
        const encoded = model.encode(sourceOf(source, lengths));
        model.step(encoded, ints([1, 1, 1]), encoded.initial);
      }),
    );
    model.dispose();
    expect(memory().buffers).toBe(before);
  });
});
