import { Attention, additive, type Normalizer } from "@heed/attention";
import { Random } from "@heed/core";
import { cpu, mul, type Tensor, tensor, use } from "@heed/tensor";
import { assertClose, toHost } from "@heed/tensor/testing";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { BeforeStepModel, beforeStepOptions } from "./before-step-model.js";

const build = (options: Record<string, unknown> = {}, seed = 1): BeforeStepModel =>
  new BeforeStepModel(beforeStepOptions.parse({ embeddingSize: 4, hiddenSize: 6, ...options }), {
    sourceSize: 9,
    targetSize: 9,
    sharedVocabulary: true,
    padId: 0,
    random: new Random(seed),
  });
const ints = (values: number[] | number[][]): Tensor => tensor(values, { dtype: "i32" });
const batch = (): [source: Tensor, lengths: Tensor, input: Tensor] => [
  ints([
    [3, 4, 5],
    [6, 7, 0],
  ]),
  ints([3, 2]),
  ints([
    [1, 3, 4, 5],
    [1, 6, 7, 2],
  ]),
];

beforeEach(() => use(cpu({ precision: "f64" })));

describe("a decoder at once and its steps", () => {
  /** Weights that softmax never gives. */
  const raw: Normalizer = { name: "raw", formula: "3 e", reference: "a test", normalize: (scores) => mul(scores, 3) };

  test("attend with the normaliser that was chosen", async () => {
    const model = build();
    const sizes = { querySize: 6, keySize: 6, random: new Random(2) };
    Object.assign(model, { attention: new Attention({ scorer: additive, normalizer: raw, ...sizes }) });
    const [source, lengths, input] = batch();
    const encoded = model.encode(source, lengths);
    const { weights } = model.decode(encoded, input);
    let state = encoded.initial;
    for (const t of [0, 1, 2, 3]) {
      const of = (await toHost(weights!)).values;
      const rows = [0, 1].flatMap((row) => Array.from({ length: 3 }, (_, j) => of[(row * 4 + t) * 3 + j]!));
      const attended = model.attention.forward(state[0]!, encoded.memories[0]!);
      assertClose(`step ${t}`, { shape: [2, 1, 3], values: rows }, await toHost(attended.weights), 1e-12);
      state = model.step(encoded, ints([[1, 3, 4, 5][t]!, [1, 6, 7, 2][t]!]), state).state;
    }
  });

  test("drop attention weights in training", async () => {
    const model = build({ attentionDropout: 0.5 });
    const logits = async (): Promise<unknown> => [...(await model.forward(...batch()).logits.data())];
    expect(await logits()).not.toEqual(await logits());
    model.eval();
    expect(await logits()).toEqual(await logits());
  });
});

describe("dropout", () => {
  /** What the decoder's layers above the first are given. */
  async function upperInput(model: BeforeStepModel): Promise<number[]> {
    const forward = vi.spyOn(model.upper!, "forward");
    model.forward(...batch());
    return [...(await forward.mock.lastCall![0].data())];
  }

  test("reaches what the upper layers read, and only in training", async () => {
    const model = build({ layers: 2, dropout: 0.5, hiddenSize: 40 });
    const trained = await upperInput(model);
    const dropped = trained.filter((value) => value === 0).length / trained.length;
    expect(dropped).toBeGreaterThan(0.35);
    expect(dropped).toBeLessThan(0.65);
    expect(await upperInput(model.eval())).not.toContain(0);
  });

  test("is drawn by the model's generator", async () => {
    const [one, other] = [build({ layers: 2, dropout: 0.5 }, 1), build({ layers: 2, dropout: 0.5 }, 2)];
    other.loadStateDict(await one.stateDict());
    const logits = async (model: BeforeStepModel): Promise<unknown> => [
      ...(await model.forward(...batch()).logits.data()),
    ];
    expect(await logits(one)).not.toEqual(await logits(other));
    expect(await logits(one.eval())).toEqual(await logits(other.eval()));
  });
});
