import { cpu, memory, Random, scope, softmaxCrossEntropy, sum, type Tensor, tensor, use } from "@heed/tensor";
import { assertClose, checkGradients, host, toHost } from "@heed/tensor/testing";
import { beforeEach, describe, expect, test } from "vitest";
import { greedyDecode } from "../decoding/greedy-decode.js";
import type { DecoderState, Seq2SeqModel } from "../models/seq2seq-model.js";
import type { AnyRecipe, BuildContext } from "../recipe.js";
import { builtInRecipes } from "./index.js";

const context = (seed = 1): BuildContext => ({
  sourceSize: 9,
  targetSize: 9,
  sharedVocabulary: true,
  padId: 0,
  random: new Random(seed),
});
const small = { embeddingSize: 2, hiddenSize: 3 };
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

/** Every recipe, and each of its options that changes what is computed. */
function variants(recipe: AnyRecipe): Record<string, unknown>[] {
  const changes: Record<string, unknown>[] = [
    {},
    { cell: "lstm", layers: 2 },
    { cell: "rnn" },
    { bidirectional: true },
    { cell: "lstm", bidirectional: true, layers: 2 },
    { combine: "add" },
    { combine: "add", bidirectional: true },
    { scorer: "scaled-dot" },
    { scorer: "additive", attentionSize: 5 },
    { output: "readout" },
  ];
  const usesKeys = (options: Record<string, unknown>): boolean =>
    recipe.model.safeParse({ ...small, ...options }).success &&
    // A dot product cannot compare a state with keys of both directions.
    !(options.bidirectional && recipe.name === "dot-rnn");
  return changes.filter(usesKeys);
}

beforeEach(() => use(cpu({ precision: "f64" })));

for (const recipe of builtInRecipes) {
  for (const options of variants(recipe)) {
    describe(`${recipe.name} ${JSON.stringify(options)}`, () => {
      const build = (): Seq2SeqModel => recipe.build({ ...small, ...options }, context());

      test("step by step gives what teacher forcing gives", async () => {
        const model = build();
        const encoded = model.encode(ints(source), ints(lengths));
        const whole = model.decode(encoded, ints(target));
        expect(whole.logits.shape).toEqual([3, 5, 9]);
        const logits = await toHost(whole.logits);
        const weights = whole.weights && (await toHost(whole.weights));
        let state: DecoderState = encoded.initial;
        for (let t = 0; t < 5; t++) {
          const step = model.step(encoded, ints(target.map((row) => row[t]!)), state);
          state = step.state;
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
          const size = (length + 1) * 9;
          const expected = host(batchLogits.subarray(row * 45, row * 45 + size) as Float64Array, [1, length + 1, 9]);
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

      test("gradients of the loss agree with central differences", async () => {
        const model = build();
        const parameters = Object.fromEntries(model.parameters());
        // Gradients of what lies behind padding are 0 by design.
        for (const [name, parameter] of Object.entries(parameters)) {
          if (name.endsWith("embedding.weight")) parameter.trainable = false;
        }
        const learned = Object.fromEntries(Object.entries(parameters).filter(([, parameter]) => parameter.trainable));
        await checkGradients(
          () => {
            // Two short sentences, one of them padded: every element costs two of these.
            const targets = ints([target[1]!.slice(0, 3), target[2]!.slice(0, 3)]);
            const { logits } = model.forward(
              ints([
                [7, 8],
                [5, 0],
              ]),
              ints([2, 1]),
              targets,
            );
            return softmaxCrossEntropy(logits, targets, { ignoreIndex: 0 });
          },
          learned,
          { tolerance: 1e-6 },
        );
      });

      test("greedy decoding ends, returns its weights and frees what it made", async () => {
        const model = build();
        const [inputs, sizes] = [ints(source), ints(lengths)];
        const before = memory().buffers;
        const decoded = await greedyDecode(model, inputs, sizes, { maxLength: 6 });
        expect(memory().buffers).toBe(before);
        expect(model.training).toBe(true);
        for (const [row, { ids, weights }] of decoded.entries()) {
          expect(ids.length).toBeLessThanOrEqual(6);
          if (!weights) continue;
          expect(weights.length).toBe(ids.length);
          for (const step of weights) {
            expect(step.length).toBe(lengths[row]);
            expect(step.reduce((total, weight) => total + weight, 0)).toBeCloseTo(1, 10);
          }
        }
      });
    });
  }
}

test("only the recipe without attention has no weights", () => {
  const without = builtInRecipes.filter((recipe) => {
    const model = recipe.build(small, context());
    return scope(() => model.forward(ints(source), ints(lengths), ints(target)).weights === null);
  });
  expect(without.map((recipe) => recipe.name)).toEqual(["fixed-context"]);
});

test("the same seed builds the same model", async () => {
  for (const recipe of builtInRecipes) {
    const [first, second, other] = [1, 1, 2].map((seed) => recipe.build(small, context(seed)));
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
