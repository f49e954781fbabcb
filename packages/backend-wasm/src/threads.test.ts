import {
  BackendError,
  builtInOps,
  Draw,
  gru,
  layerNorm,
  linear,
  matmul,
  Parameter,
  scope,
  softmaxCrossEntropy,
  sum,
  type Tensor,
  tanh,
  use,
  valueAndGrad,
} from "@heed/tensor";
import { backendChecks } from "@heed/tensor/testing";
import { afterAll, describe, expect, test } from "vitest";
import { createWasm } from "./wasm.js";

/** Values and gradients of a small network that is large enough for every thread to get a share. */
async function compute(threads: number, shareEverything = false): Promise<Float32Array[]> {
  const { backend } = await createWasm({ threads, shareEverything });
  await use(backend);
  const draw = new Draw(5);
  const [b, t, i, h, v] = [24, 9, 40, 72, 90];
  const shapes = [[3 * h, i], [3 * h, h], [3 * h], [3 * h], [v, h], [v], [h], [h], [b, t, i], [b, h]];
  const parameters = shapes.map((shape) => new Parameter(draw.randn(...shape).mul(0.3)));
  const [weightIh, weightHh, biasIh, biasHh, weight, bias, scale, shift, x, hidden] = parameters as [
    Parameter,
    Parameter,
    Parameter,
    Parameter,
    Parameter,
    Parameter,
    Parameter,
    Parameter,
    Parameter,
    Parameter,
  ];
  const lengths = draw.lengths(t, b);
  const targets = draw.ids(v, b, t);
  const { value, gradients } = valueAndGrad(() => {
    const [outputs] = gru(x, hidden, weightIh, weightHh, biasIh, biasHh, lengths);
    const logits = linear(layerNorm(tanh(outputs), scale, shift), weight, bias);
    return softmaxCrossEntropy(logits, targets, { ignoreIndex: 3 }).add(
      sum(matmul(outputs.reshape(-1, h), weightHh.transpose())),
    );
  }, parameters);
  const results = [value, ...(gradients as Tensor[])].map((tensor) => tensor.dataSync() as Float32Array);
  await backend.close?.();
  return results;
}

describe("threads", () => {
  test("change no bit of a result", async () => {
    const alone = await compute(1);
    for (const threads of [2, 3, 5]) expect(await compute(threads)).toEqual(alone);
    expect(await compute(3, true)).toEqual(alone);
  });

  describe("every job shared out, however small", () => {
    const made = createWasm({ threads: 3, shareEverything: true });
    afterAll(async () => (await made).backend.close?.());
    for (const check of backendChecks(async () => (await made).backend, { ops: builtInOps }))
      test(check.name, check.run);
  });

  test("a worker that dies between two jobs is an error", async () => {
    const { backend, engine } = await createWasm({ threads: 2, shareEverything: true });
    await use(backend);
    engine.pool?.killWorker();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const x = new Draw(1).randn(50, 50);
    expect(() => matmul(x, x)).toThrow(BackendError);
  });

  test("a worker that dies during a job is an error, not a hang", async () => {
    const { backend, engine } = await createWasm({ threads: 2, shareEverything: true, patience: { job: 200 } });
    await use(backend);
    const x = new Draw(1).randn(50, 50);
    engine.pool?.killWorker();
    // Nothing is awaited: the backend cannot have heard of it yet.
    expect(() => {
      for (let i = 0; i < 1e6; i++) scope(() => void matmul(x, x));
    }).toThrow("stopped answering");
  });

  test.each([0, 1.5, 17])("%s threads are refused", async (threads) => {
    await expect(createWasm({ threads })).rejects.toThrow("threads must be");
  });
});
