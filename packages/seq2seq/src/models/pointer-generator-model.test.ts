import { cpu, mul, type Tensor, tensor, use, valueAndGrad } from "@heed/tensor";
import { assertClose, checkDirections, toHost } from "@heed/tensor/testing";
import { beforeEach, describe, expect, test } from "vitest";
import { ints, testContext } from "../../testing/test-context.js";
import type { Batch } from "../batch.js";
import { beam } from "../search/beam.js";
import { generate } from "../search/generate.js";
import { greedy } from "../search/greedy.js";
import { sample } from "../search/sample.js";
import { score } from "../search/score.js";
import type { AttentionDecoderState } from "./attention-model.js";
import { PointerGeneratorModel } from "./pointer-generator-model.js";

beforeEach(() => use(cpu({ precision: "f64" })));

const unkId = 3;
/** Nine tokens; the ids 9 and 10 are extra tokens. */
const context = (sharedVocabulary = true) => {
  const base = testContext({ sharedVocabulary });
  return { ...base, target: { ...base.target, unkId }, source: { ...base.source, unkId } };
};
const build = (options: Record<string, unknown> = {}, shared = true): PointerGeneratorModel =>
  new PointerGeneratorModel({ embeddingSize: 4, hiddenSize: 6, ...options }, context(shared));

/** The second source has a token twice, and one extra token; the first has two. */
const batch = (): Batch => ({
  ids: ints([
    [3, 4, 3, 5],
    [7, 3, 7, 0],
  ]),
  lengths: ints([4, 3]),
  copy: {
    ids: ints([
      [9, 4, 10, 5],
      [7, 9, 7, 0],
    ]),
    extraTokens: 2,
  },
  decoderInput: ints([
    [1, 3, 4, 3],
    [1, 7, 0, 0],
  ]),
  target: ints([
    [3, 4, 3, 2],
    [7, 2, 0, 0],
  ]),
  copyTarget: ints([
    [10, 4, 9, 2],
    [7, 2, 0, 0],
  ]),
  tokenCount: 6,
});

/** Computes equation 9 of the paper number by number. Returns the probabilities `[b][t][v + 2]`. */
async function expectedProbabilities(model: PointerGeneratorModel): Promise<number[][][]> {
  const given = batch();
  const output = model.forward(given);
  const [logits, weights, gate, ids] = await Promise.all(
    [output.logits, output.weights!, output.gate!, given.copy!.ids].map(async (each) => [...(await each.data())]),
  );
  return [0, 1].map((b) =>
    [0, 1, 2, 3].map((t) => {
      const row = b * 4 + t;
      const exps = logits!.slice(row * 9, row * 9 + 9).map(Math.exp);
      const all = exps.reduce((a, x) => a + x);
      const p = 1 / (1 + Math.exp(-gate![row]!));
      const probabilities = [...exps.map((x) => (p * x) / all), 0, 0];
      for (let s = 0; s < 4; s++) probabilities[ids![b * 4 + s]!]! += (1 - p) * weights![row * 4 + s]!;
      return probabilities;
    }),
  );
}

describe("the distribution", () => {
  test("is that of generating and copying, over the extended vocabulary", async () => {
    const model = build();
    const given = batch();
    const encoded = model.encode(given);
    const logProbs = model.logProbs(model.decode(encoded, given.decoderInput), encoded);
    const expected = await expectedProbabilities(model);
    const values = expected.flat(2).map(Math.log);
    assertClose("log-probabilities", await toHost(logProbs), { shape: [2, 4, 11], values }, 1e-12);
    // The second sentence has no second extra token.
    expect(expected[1]!.map((row) => row[10])).toEqual([0, 0, 0, 0]);
    for (const row of expected.flat()) expect(row.reduce((a, x) => a + x)).toBeCloseTo(1, 12);
  });

  test("decides the loss, with and without label smoothing", async () => {
    const model = build({ coverageLoss: 0 });
    const expected = await expectedProbabilities(model);
    const targets = [
      [10, 4, 9, 2],
      [7, 2],
    ];
    for (const labelSmoothing of [0, 0.3]) {
      const losses = targets.flatMap((row, b) =>
        row.map((id, t) => {
          const spread = expected[b]![t]!.slice(0, 9).reduce((a, p) => a - Math.log(p) / 9, 0);
          return -(1 - labelSmoothing) * Math.log(expected[b]![t]![id]!) + labelSmoothing * spread;
        }),
      );
      const { total, terms } = model.loss(batch(), { labelSmoothing });
      expect(await total.item()).toBeCloseTo(
        losses.reduce((a, x) => a + x),
        10,
      );
      expect(Object.keys(terms)).toEqual(["crossEntropy"]);
    }
  });

  test("has a finite loss and finite gradients where nothing can be copied and the gate is closed", async () => {
    await use(cpu());
    const model = build({ coverageLoss: 0 });
    for (const bias of [-300, 300]) {
      model.gate.bias!.assign(mul(model.gate.bias!, 0).add(bias));
      const { value, gradients } = valueAndGrad(() => model.loss(batch()).total, [...model.parameters().values()]);
      expect(Number.isFinite(await value.item())).toBe(true);
      for (const gradient of gradients) {
        for (const x of (await gradient?.data()) ?? []) expect(Number.isFinite(x)).toBe(true);
      }
    }
  });

  test("has the gradients of central differences, with extra tokens and label smoothing", async () => {
    const model = build();
    const loss = (): Tensor => model.loss(batch(), { labelSmoothing: 0.1 }).total;
    await checkDirections(loss, Object.fromEntries(model.parameters()), { tolerance: 1e-6 });
  });

  test("without ids for copying is over the source ids, or over generated tokens when the vocabularies differ", async () => {
    const { copy: _, copyTarget: __, ...plain } = batch();
    const sums = async (model: PointerGeneratorModel): Promise<{ size: number; first: number }> => {
      const encoded = model.encode(plain);
      const output = model.decode(encoded, plain.decoderInput);
      const logProbs = model.logProbs(output, encoded);
      const generated = logSoftmaxAt(await output.logits.data(), 4);
      return { size: logProbs.shape[2]!, first: (await logProbs.data())[4]! - generated };
    };
    const shared = await sums(build());
    expect(shared.size).toBe(9);
    expect(Math.abs(shared.first)).toBeGreaterThan(1e-3);
    expect((await sums(build({}, false))).first).toBeCloseTo(0, 12);
    const { total } = build({ coverageLoss: 0 }, false).loss(plain);
    expect(await total.item()).toBeGreaterThan(0);
  });
});

/** The log-softmax of the first nine logits at a token. */
function logSoftmaxAt(logits: ArrayLike<number>, id: number): number {
  const row = Array.from(logits).slice(0, 9);
  return row[id]! - Math.log(row.reduce((total, x) => total + Math.exp(x), 0));
}

describe("the coverage loss", () => {
  test("is Σ min(weights, sum of earlier weights), without padding", async () => {
    const model = build({ coverageLoss: 0.5 });
    const weights = [...(await model.forward(batch()).weights!.data())];
    let expected = 0;
    for (const [b, t] of [
      [0, 4],
      [1, 2],
    ] as const) {
      const covered = [0, 0, 0, 0];
      for (let i = 0; i < t; i++) {
        for (let s = 0; s < 4; s++) {
          const weight = weights[(b * 4 + i) * 4 + s]!;
          expected += 0.5 * Math.min(weight, covered[s]!);
          covered[s]! += weight;
        }
      }
    }
    const { total, terms } = model.loss(batch());
    expect(await terms.coverage!.item()).toBeCloseTo(expected, 12);
    expect(await total.item()).toBeCloseTo((await terms.crossEntropy!.item()) + expected, 12);
  });

  test("begins after coverageStart steps", () => {
    const model = build({ coverageStart: 10 });
    expect(model.loss(batch(), { step: 10 }).terms.coverage).toBeUndefined();
    expect(model.loss(batch(), { step: 11 }).terms.coverage).toBeDefined();
    expect(model.loss(batch()).terms.coverage).toBeDefined();
  });
});

describe("search", () => {
  test.each([greedy(), beam({ size: 3, nBest: 2 }), sample({ seed: 2 })])(
    "$name writes extra tokens, with the score of forced decoding",
    async (search) => {
      const model = build().eval();
      // Copying is far more probable than generating.
      model.gate.bias!.assign(mul(model.gate.bias!, 0).add(-6));
      const { ids, lengths, copy } = batch();
      const results = await generate(model, { ids, lengths, copy: copy! }, search, { maxLength: 5 });
      const hypotheses = results.flatMap(({ hypotheses: [best] }, row) => [{ ids: best!.ids, row, best: best! }]);
      expect(hypotheses.some((each) => each.ids.some((id) => id >= 9))).toBe(true);
      expect(hypotheses[1]!.ids).not.toContain(10);
      const width = Math.max(...hypotheses.map((each) => each.ids.length));
      const pad = (row: readonly number[]): number[] => Array.from({ length: width }, (_, i) => row[i] ?? 0);
      const known = (row: readonly number[]): number[] => row.map((id) => (id >= 9 ? unkId : id));
      const scored = await score(model, {
        ...batch(),
        decoderInput: ints(hypotheses.map((each) => pad([1, ...known(each.ids).slice(0, -1)]))),
        target: ints(hypotheses.map((each) => pad(known(each.ids)))),
        copyTarget: ints(hypotheses.map((each) => pad(each.ids))),
      });
      for (const [i, { best }] of hypotheses.entries()) expect(scored[i]!.logProb).toBeCloseTo(best.logProb, 9);
    },
  );

  test("a sentence alone is searched as in a batch with more extra tokens", async () => {
    const model = build().eval();
    const { ids, lengths, copy } = batch();
    const both = await generate(model, { ids, lengths, copy: copy! }, beam({ size: 4 }), { maxLength: 5 });
    const alone = { ids: ints([[7, 3, 7]]), lengths: ints([3]), copy: { ids: ints([[7, 9, 7]]), extraTokens: 1 } };
    const [one] = await generate(model, alone, beam({ size: 4 }), { maxLength: 5 });
    expect(one!.hypotheses[0]!.ids).toEqual(both[1]!.hypotheses[0]!.ids);
    expect(one!.hypotheses[0]!.logProb).toBeCloseTo(both[1]!.hypotheses[0]!.logProb, 9);
  });
});

test("the token is copied that controlled weights point at", async () => {
  const model = build().eval();
  model.gate.bias!.assign(mul(model.gate.bias!, 0).add(-50));
  const given = batch();
  const encoded = model.encode(given);
  const weights = tensor([0, 0, 1, 0, 0, 1, 0, 0], { shape: [2, 1, 1, 4] });
  const step = model.step(encoded, ints([1, 1]), encoded.initial as AttentionDecoderState, { layers: [{ weights }] });
  expect([...(await model.predict(step, encoded).data())]).toEqual([10, 9]);
});

test("weights that do not sum to 1 are refused", () => {
  expect(() => build({ normalizer: "sigmoid" })).toThrow('must sum to 1, but those of the normalizer "sigmoid" do not');
});
