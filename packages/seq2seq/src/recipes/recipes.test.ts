import { Random } from "@heed/core";
import { cpu, mean, memory, scope, softmaxCrossEntropy, sum, type Tensor, tensor, use } from "@heed/tensor";
import { assertClose, checkGradients, host, toHost } from "@heed/tensor/testing";
import { beforeEach, describe, expect, test } from "vitest";
import { smallOptions, variants } from "../../testing/variants.js";
import { greedyDecode } from "../decoding/greedy-decode.js";
import type { DecoderState, Seq2SeqModel } from "../models/seq2seq-model.js";
import type { BuildContext } from "../recipe.js";
import { builtInRecipes } from "./index.js";

const tokens = 9;
const context = (seed = 1): BuildContext => ({
  sourceSize: tokens,
  targetSize: tokens,
  sharedVocabulary: true,
  padId: 0,
  random: new Random(seed),
});
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
const ints = (rows: number[][] | number[]): Tensor => tensor(rows, { dtype: "i32" });

beforeEach(() => use(cpu({ precision: "f64" })));

for (const { recipe, options, differentiated, sumsToOne } of variants()) {
  describe(`${recipe.name} ${JSON.stringify(options)}`, () => {
    const build = (): Seq2SeqModel => recipe.build(options, context());

    test("step by step gives what teacher forcing gives", async () => {
      const model = build();
      const encoded = model.encode(ints(source), ints(lengths));
      const whole = model.decode(encoded, ints(target));
      expect(whole.logits.shape).toEqual([3, 5, tokens]);
      const logits = await toHost(whole.logits);
      const weights = whole.weights && (await toHost(whole.weights));
      let state: DecoderState = encoded.initial;
      for (let t = 0; t < 5; t++) {
        const step = model.step(encoded, ints(target.map((row) => row[t]!)), state);
        state = step.state;
        expect(state.every(({ shape }) => shape[0] === 3)).toBe(true);
        assertClose(`logits of step ${t}`, await toHost(step.logits), stepOf(logits, t), 1e-10);
        if (weights) assertClose(`weights of step ${t}`, await toHost(step.weights!), stepOf(weights, t), 1e-10);
      }
    });

    test("a sentence alone gives what it gives in a padded batch", async () => {
      const model = build();
      const batch = model.forward(ints(source), ints(lengths), ints(target));
      const batchLogits = await batch.logits.data();
      const batchWeights = await batch.weights?.data();
      for (const [row, length] of lengths.entries()) {
        const alone = model.forward(
          ints([source[row]!.slice(0, length)]),
          ints([length]),
          ints([target[row]!.slice(0, length + 1)]),
        );
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
      const encoded = model.encode(ints(source), ints(lengths));
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

    const compareGradients = async (): Promise<void> => {
      const model = build();
      const parameters = [...model.parameters()];
      // Gradients of what lies behind padding are 0 by design, unless the output is tied to it.
      for (const [name, parameter] of parameters) {
        if (/embedding\.weight$/i.test(name) && !("tieOutput" in options)) parameter.trainable = false;
      }
      await checkGradients(
        () => {
          // Two short sentences, one of them padded: every element costs two of these.
          const targets = ints([target[1]!.slice(0, 3), target[2]!.slice(0, 3)]);
          const sources = ints([
            [7, 8],
            [5, 0],
          ]);
          const { logits } = model.forward(sources, ints([2, 1]), targets);
          return softmaxCrossEntropy(logits, targets, { ignoreIndex: 0 });
        },
        Object.fromEntries(parameters.filter(([, parameter]) => parameter.trainable)),
        { tolerance: 1e-6 },
      );
    };
    if (differentiated) test("gradients of the loss agree with central differences", compareGradients);

    test("greedy decoding ends, returns its weights and frees what it made", async () => {
      const model = build();
      const [inputs, sizes] = [ints(source), ints(lengths)];
      const before = memory().buffers;
      const decoded = await greedyDecode(model, inputs, sizes, { maxLength: 5 });
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
    const model = recipe.build(smallOptions(recipe), context());
    return scope(() => model.forward(ints(source), ints(lengths), ints(target)).weights === null);
  });
  expect(without.map((recipe) => recipe.name)).toEqual(["fixed-context"]);
});

test("the same seed builds the same model", async () => {
  for (const recipe of builtInRecipes) {
    const [first, second, other] = [1, 1, 2].map((seed) => recipe.build(smallOptions(recipe), context(seed)));
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
