import { Attention, additive, defineNormalizer } from "@heed/attention";
import { Random } from "@heed/core";
import { GRUCell } from "@heed/nn";
import { cpu, mul, type Tensor, use } from "@heed/tensor";
import { assertClose, toHost } from "@heed/tensor/testing";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { ints, sourceOf, testContext } from "../../testing/test-context.js";
import type { AttentionDecoderState } from "./attention-model.js";
import { BeforeStepModel } from "./before-step-model.js";
import { type FusedDecoder, findFusedDecoder, fusedDecoders } from "./fused-decoders.js";

const build = (options: Record<string, unknown> = {}, seed = 1): BeforeStepModel =>
  new BeforeStepModel({ embeddingSize: 4, hiddenSize: 6, ...options }, testContext({ seed }));
const source = () =>
  sourceOf(
    [
      [3, 4, 5],
      [6, 7, 0],
    ],
    [3, 2],
  );
const input = () =>
  ints([
    [1, 3, 4, 5],
    [1, 6, 7, 2],
  ]);
const batch = () => ({ ...source(), decoderInput: input() });

beforeEach(() => use(cpu({ precision: "f64" })));

describe("the fused decoder", () => {
  /** Weights that softmax never gives. */
  const raw = defineNormalizer({
    name: "raw",
    formula: "3 e",
    reference: "a test",
    normalize: (scores) => mul(scores, 3),
  });

  test("is used for a GRU with additive or concat scores", () => {
    expect(findFusedDecoder(build())?.scorer.name).toBe("additive");
    expect(findFusedDecoder(build({ scorer: "concat", bidirectional: true }))?.scorer.name).toBe("concat");
    expect(findFusedDecoder(build({ layers: 2, output: "readout" }))).not.toBeNull();
    expect(findFusedDecoder(build({ attentionDropout: 0.5 }).eval())).not.toBeNull();
  });

  test.each([
    { cell: "lstm" },
    { scorer: "general" },
    { scorer: "coverage" },
    { combine: "add" },
    { normalizer: "sparsemax" },
    { temperature: 2 },
    { masks: { window: {} } },
    { projectContext: true },
    { attentionDropout: 0.5 },
  ])("is not used with %o", (options) => {
    expect(findFusedDecoder(build(options))).toBeNull();
  });

  test("is not used when the model says so", () => {
    const model = build();
    model.fused = false;
    expect(findFusedDecoder(model)).toBeNull();
  });

  test("does not replace a cell that a subclass changes", () => {
    class OwnCell extends GRUCell {}
    const model = build();
    const { inputSize, hiddenSize } = model.decoder as GRUCell;
    Object.assign(model, { decoder: new OwnCell({ inputSize, hiddenSize, random: new Random(1) }) });
    expect(findFusedDecoder(model)).toBeNull();
  });

  test("is not used with another normalizer: decode and its steps attend with the one that was chosen", async () => {
    const model = build();
    const sizes = { querySize: 6, keySize: 6, random: new Random(2) };
    Object.assign(model, { attention: new Attention({ scorer: additive, normalizer: raw, ...sizes }) });
    const encoded = model.encode(source());
    const { weights } = model.decode(encoded, input());
    let state = encoded.initial as AttentionDecoderState;
    for (const t of [0, 1, 2, 3]) {
      const { values } = await toHost(weights!);
      const rows = [0, 1].flatMap((row) => Array.from({ length: 3 }, (_, j) => values[(row * 4 + t) * 3 + j]!));
      const attended = model.attention.forward(state.layers[0]!.hidden, encoded.memory);
      assertClose(`step ${t}`, { shape: [2, 1, 3], values: rows }, await toHost(attended.weights), 1e-12);
      state = model.step(encoded, ints([[1, 3, 4, 5][t]!, [1, 6, 7, 2][t]!]), state).state;
    }
  });

  test("a controlled or inspected step calls the scorer", () => {
    const model = build();
    const score = vi.fn(additive.score);
    const counted = { ...additive, score };
    const sizes = { querySize: 6, keySize: 6, random: new Random(2) };
    Object.assign(model, { attention: new Attention({ scorer: counted, ...sizes }) });
    const table = fusedDecoders as FusedDecoder[];
    table.push({ ...table[0]!, scorer: counted });
    onTestFinished(() => void table.pop());
    const encoded = model.encode(source());
    const state = encoded.initial as AttentionDecoderState;
    const { weights } = model.step(encoded, ints([1, 1]), state);
    expect(score).not.toHaveBeenCalled();
    model.inspect(encoded, ints([1, 1]), state);
    expect(score).toHaveBeenCalledTimes(1);
    model.step(encoded, ints([1, 1]), state, { layers: [{ weights: weights!.reshape(2, 1, 1, 3) }] });
    expect(score).toHaveBeenCalledTimes(1);
    model.fused = false;
    model.decode(encoded, input());
    expect(score).toHaveBeenCalledTimes(5);
  });
});

describe("the layer before the output layer", () => {
  /** What a model computes its logits from, and the result of its layer: of the first target token. */
  async function readOf(options: Record<string, unknown>): Promise<{ linear: number[]; read: number[] }> {
    const model = build({ tieOutput: true, readoutSize: 4, ...options });
    const [linear, output] = [vi.spyOn(model.readout!.linear, "forward"), vi.spyOn(model.output, "forward")];
    model.forward(batch());
    expect(linear.mock.lastCall![0].shape).toEqual([2, 4, 6 + 6 + 4]);
    expect(output.mock.lastCall![0].shape).toEqual([2, 4, 4]);
    expect(model.output.projection).toBeNull();
    const values = async (x: Tensor): Promise<number[]> => [...(await x.data())];
    return {
      linear: (await values(linear.mock.results[0]!.value as Tensor)).slice(0, 8),
      read: (await values(output.mock.lastCall![0])).slice(0, 4),
    };
  }

  test("is a maxout, tanh or linear layer of readoutSize", async () => {
    const maxout = await readOf({ output: "readout" });
    expect(maxout.read).toEqual([0, 2, 4, 6].map((i) => Math.max(maxout.linear[i]!, maxout.linear[i + 1]!)));
    const bent = await readOf({ output: "tanh" });
    for (const [i, value] of bent.read.entries()) expect(value).toBeCloseTo(Math.tanh(bent.linear[i]!), 12);
    const straight = await readOf({ output: "linear" });
    expect(straight.read).toEqual(straight.linear.slice(0, 4));
  });

  test("drops its inputs in training only", async () => {
    const model = build({ output: "linear", readoutDropout: 0.5, hiddenSize: 40 });
    const linear = vi.spyOn(model.readout!.linear, "forward");
    const share = async (): Promise<number> => {
      model.forward(batch());
      const values = await linear.mock.lastCall![0].data();
      return values.filter((value: number) => value === 0).length / values.length;
    };
    expect(await share()).toBeGreaterThan(0.35);
    model.eval();
    expect(await share()).toBe(0);
  });
});

test("attention weights are dropped in training", async () => {
  const model = build({ attentionDropout: 0.5 });
  const logits = async (): Promise<unknown> => [...(await model.forward(batch()).logits.data())];
  expect(await logits()).not.toEqual(await logits());
  model.eval();
  expect(await logits()).toEqual(await logits());
});

describe("dropout", () => {
  /** The input of the decoder's layers above the first. */
  async function upperInput(model: BeforeStepModel): Promise<number[]> {
    const forward = vi.spyOn(model.upper!, "forward");
    model.forward(batch());
    return [...(await forward.mock.lastCall![0].data())];
  }

  test("is applied to the input of the upper layers, in training only", async () => {
    const model = build({ layers: 2, dropout: 0.5, hiddenSize: 40 });
    const trained = await upperInput(model);
    const dropped = trained.filter((value) => value === 0).length / trained.length;
    expect(dropped).toBeGreaterThan(0.35);
    expect(dropped).toBeLessThan(0.65);
    expect(await upperInput(model.eval())).not.toContain(0);
  });

  test("uses the model's generator", async () => {
    const [one, other] = [build({ layers: 2, dropout: 0.5 }, 1), build({ layers: 2, dropout: 0.5 }, 2)];
    other.loadStateDict(await one.stateDict());
    const logits = async (model: BeforeStepModel): Promise<unknown> => [
      ...(await model.forward(batch()).logits.data()),
    ];
    expect(await logits(one)).not.toEqual(await logits(other));
    expect(await logits(one.eval())).toEqual(await logits(other.eval()));
  });
});
