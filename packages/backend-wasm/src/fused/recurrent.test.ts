import { Draw, gru, gruStep, lstm, lstmStep, rnn, type Tensor, tensor, use } from "@heed/tensor";
import { describe, expect, test } from "vitest";
import { createWasm } from "../wasm.js";

const [b, t, i, h] = [19, 5, 11, 21];

/** Outputs and last states of each kind of network, on some rows of the batch. */
const networks: Readonly<Record<string, (draw: Draw, rows: (x: Tensor) => Tensor) => readonly Tensor[]>> = {
  rnn: ({ randn, lengths }, rows) =>
    rnn(rows(randn(b, t, i)), rows(randn(b, h)), randn(h, i), randn(h, h), randn(h), randn(h), rows(lengths(t, b))),
  gru: ({ randn, lengths }, rows) => {
    const weights = [randn(3 * h, i), randn(3 * h, h), randn(3 * h), randn(3 * h)] as const;
    return gru(rows(randn(b, t, i)), rows(randn(b, h)), ...weights, rows(lengths(t, b)), { reverse: true });
  },
  lstm: ({ randn, lengths }, rows) => {
    const weights = [randn(4 * h, i), randn(4 * h, h), randn(4 * h), randn(4 * h)] as const;
    return lstm(rows(randn(b, t, i)), rows(randn(b, h)), rows(randn(b, h)), ...weights, rows(lengths(t, b)));
  },
};

const bits = (tensors: readonly Tensor[]): Float32Array[] => tensors.map((x) => x.dataSync() as Float32Array);

describe.each(Object.entries(networks))("%s", (_name, network) => {
  test.each(["128", "256"] as const)("a sequence gets the same bits alone as in a batch, %s bits", async (simd) => {
    await use((await createWasm({ simd, threads: 1 })).backend);
    const together = bits(network(new Draw(2), (x) => x));
    for (const row of [0, 7, b - 1]) {
      const alone = bits(
        network(new Draw(2), (x) => {
          const size = x.size / b;
          return tensor(x.dataSync().subarray(row * size, (row + 1) * size)).reshape(1, ...x.shape.slice(1));
        }),
      );
      alone.forEach((values, index) => {
        expect(values).toEqual(together[index]!.subarray(row * values.length, (row + 1) * values.length));
      });
    }
  });

  test("threads change no bit", async () => {
    const results: Float32Array[][] = [];
    for (const threads of [1, 2, 3]) {
      const { backend } = await createWasm({ threads, shareEverything: true });
      await use(backend);
      results.push(bits(network(new Draw(4), (x) => x)));
      await backend.close?.();
    }
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });
});

describe("gates", () => {
  const huge = [100, 1e4, 1e30, Number.POSITIVE_INFINITY];
  const step = (reset: number, update: number, candidate: number): number =>
    gruStep(tensor([[reset, update, candidate]]), tensor([[0.25]]), tensor([[0], [0], [0]]), null).dataSync()[0]!;

  test("saturate: huge numbers open or close them", async () => {
    await use((await createWasm({ threads: 1 })).backend);
    for (const x of huge) {
      expect(step(0, x, 3)).toBeCloseTo(0.25, 6);
      expect(step(0, -x, 3)).toBeCloseTo(Math.tanh(3), 6);
      expect(step(x, -100, -x)).toBeCloseTo(-1, 6);
      const gates = tensor([[x, -x, x, x]]);
      const state = tensor([[0.5]]);
      const [hidden, cell] = lstmStep(gates, state, state, tensor([[0], [0], [0], [0]]), null);
      expect(cell.dataSync()[0]).toBeCloseTo(1, 6);
      expect(hidden.dataSync()[0]).toBeCloseTo(Math.tanh(1), 6);
    }
  });

  test("NaN reaches the state", async () => {
    await use((await createWasm({ threads: 1 })).backend);
    expect(step(Number.NaN, 0, 0)).toBeNaN();
    expect(step(0, Number.NaN, 0)).toBeNaN();
    expect(step(0, 0, Number.NaN)).toBeNaN();
  });
});
