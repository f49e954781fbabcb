import {
  adamStep,
  additiveScores,
  BackendError,
  Draw,
  embedding,
  gru,
  keep,
  linear,
  maskedSoftmax,
  matmul,
  memory,
  noGrad,
  Parameter,
  scope,
  softmaxCrossEntropy,
  tensor,
  use,
  zeros,
} from "@heed/tensor";
import { describe, expect, test } from "vitest";
import { createWasm } from "./wasm.js";

describe("memory", () => {
  test("stays flat over training steps with batches of changing lengths", async () => {
    const { backend, engine } = await createWasm({ threads: 1 });
    await use(backend);
    const draw = new Draw(2);
    const [b, e, h, v] = [6, 8, 12, 9];
    const shapes = [[v, e], [3 * h, e], [3 * h, h], [h], [v, h]];
    const parameters = shapes.map((shape) => new Parameter(draw.randn(...shape)));
    const [table, weightIh, weightHh, attend, out] = parameters as [
      Parameter,
      Parameter,
      Parameter,
      Parameter,
      Parameter,
    ];
    const moments = parameters.map((parameter) => [zeros(parameter.shape), zeros(parameter.shape)]);
    const step = (t: number, count: number): void =>
      scope(() => {
        const ids = draw.ids(v, b, t);
        const [outputs] = gru(embedding(table, ids), zeros([b, h]), weightIh, weightHh, null, null, draw.lengths(t, b));
        const weights = maskedSoftmax(additiveScores(outputs, outputs, attend), draw.mask(b, 1, t));
        softmaxCrossEntropy(linear(matmul(weights, outputs), out, null), ids).backward();
        noGrad(() => {
          for (const [index, parameter] of parameters.entries()) {
            const [m, s] = moments[index]! as [Parameter, Parameter];
            const options = { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: count };
            const [next, ...after] = adamStep(parameter, parameter.grad!, m, s, options);
            parameter.assign(next);
            parameter.zeroGrad();
            m.dispose();
            s.dispose();
            moments[index] = keep(after);
          }
        });
      });
    const epoch = (): { alive: number; taken: number; reserved: number } => {
      for (let i = 1; i <= 30; i++) step(3 + (i % 9), i);
      return { alive: memory().bytes, taken: engine.statistics.bytes, reserved: engine.statistics.reserved };
    };
    const first = epoch();
    for (let i = 0; i < 3; i++) expect(epoch()).toEqual(first);
  });

  test("grows, and keeps what is in it", async () => {
    const { backend, engine } = await createWasm({ threads: 2 });
    await use(backend);
    const before = engine.statistics.reserved;
    const values = Float32Array.from({ length: 1000 }, (_, i) => i);
    const kept = tensor(values);
    const big = zeros([before / 4 + 1]);
    expect(engine.statistics.reserved).toBeGreaterThan(before);
    expect(kept.dataSync()).toEqual(values);
    const square = new Draw(1).randn(200, 200);
    expect(Number.isFinite(matmul(square, square).dataSync()[7])).toBe(true);
    big.dispose();
    await backend.close?.();
  });

  test("refuses what no memory can hold", async () => {
    await use((await createWasm({ threads: 1 })).backend);
    const kept = zeros([1000]);
    expect(() => zeros([2 ** 30, 2])).toThrow(BackendError);
    expect(() => zeros([2 ** 30, 2])).toThrow(/8192\.0 MiB were asked for/);
    kept.dispose();
  });

  test("a buffer freed twice, or of another backend, is an error", async () => {
    const { backend } = await createWasm({ threads: 1 });
    const buffer = backend.fill(3, 1, "f32");
    backend.free(buffer);
    expect(() => backend.free(buffer)).toThrow("freed twice");
    expect(() => backend.view!(buffer)).toThrow("a buffer was used after it was freed");
    expect(() => backend.downloadSync!(buffer)).toThrow("a buffer was used after it was freed");
    expect(() => backend.free({ dtype: "f32", size: 1 })).toThrow("another backend");
  });
});
