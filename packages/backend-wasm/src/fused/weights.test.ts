import {
  cpu,
  Draw,
  entmax15,
  mul,
  type Op,
  Parameter,
  scope,
  sparsemax,
  sum,
  type Tensor,
  tensor,
  use,
  valueAndGrad,
} from "@heed/tensor";
import { assertClose, type HostTensor, host } from "@heed/tensor/testing";
import { describe, expect, test } from "vitest";
import { createWasm } from "../wasm.js";

type Weigh = Op<[Tensor, Tensor | null]>;

/** Scores that make the search for τ long or short: near and far apart, equal, falling slowly, one against many. */
const kinds: Readonly<Record<string, (n: number, draw: Draw) => number[]>> = {
  alike: (n, { random }) => Array.from({ length: n }, () => 0.01 * random.uniform()),
  scattered: (n, { random }) => Array.from({ length: n }, () => 4 * random.uniform()),
  "far apart": (n, { random }) => Array.from({ length: n }, () => 2e4 * random.uniform() - 1e4),
  equal: (n) => Array.from({ length: n }, () => -3.25),
  "of few values": (n, { random }) => Array.from({ length: n }, () => 0.3 * random.integer(0, 4) + 0.01),
  "in a slow fall": (n) => Array.from({ length: n }, (_, j) => -0.9 * (1 - 0.8 ** j)),
  "one above the rest": (n, { random }) =>
    Array.from({ length: n }, (_, j) => (j === n >> 1 ? 0.93 : 1e-3 * random.uniform())),
};

async function run(op: Weigh, scores: readonly number[], masked: boolean): Promise<readonly HostTensor[]> {
  const n = scores.length;
  const draw = new Draw(4);
  const x = new Parameter(tensor([scores]));
  const mask = masked ? draw.mask(1, n) : null;
  const g = draw.randn(1, n);
  const weights = scope(() => op(x, mask));
  const { gradients } = scope(() => valueAndGrad(() => sum(mul(op(x, mask), g)), [x]));
  return [weights, gradients[0]!].map((made) => host(made.dataSync(), made.shape));
}

const made = (["128", "256"] as const).map(async (simd) => ({ simd, ...(await createWasm({ threads: 1, simd })) }));

describe.each([sparsemax, entmax15])("$opName", (op) => {
  test.each(Object.keys(kinds))("of scores %s: as the reference", async (kind) => {
    const lengths = [1, 2, 3, 4, 5, 8, 13, 20, 31, 64, 127, 300];
    for (const n of lengths) {
      const scores = kinds[kind]!(n, new Draw(n)).map(Math.fround);
      for (const masked of [false, true]) {
        await use(cpu({ precision: "f64" }));
        const expected = await run(op, scores, masked);
        for (const { simd, backend } of await Promise.all(made)) {
          await use(backend);
          const actual = await run(op, scores, masked);
          for (const [index, what] of ["weights", "gradient"].entries()) {
            assertClose(`${what} of ${n} scores ${kind}, ${simd} bits`, actual[index]!, expected[index]!, 2e-6);
          }
          const total = Array.from(actual[0]!.values).reduce((sum, weight) => sum + weight, 0);
          expect([0, 1]).toContain(Math.round(1e4 * total) / 1e4);
        }
      }
    }
  });

  test("a row without numbers has none, and its neighbours are as they were", async () => {
    await use((await made[0]!).backend);
    const rows = [
      [0.5, Number.NaN, 0],
      [0.5, 0.25, 0],
      [Number.POSITIVE_INFINITY, 0, 0],
    ];
    const weights = op(tensor(rows), null).dataSync();
    const alone = op(tensor([rows[1]!]), null).dataSync();
    expect(weights.slice(3, 6)).toEqual(alone);
    expect(weights.slice(0, 3).some(Number.isNaN)).toBe(true);
    expect(weights.slice(6, 9).some(Number.isNaN)).toBe(true);
    expect(op(tensor([rows[0]!]), tensor([true, true, false])).dataSync()[2]).toBe(0);
  });
});

test.each([sparsemax, entmax15])("$opName of ∞ or NaN is NaN in the whole row, except where masked", async (op) => {
  for (const special of [Number.POSITIVE_INFINITY, Number.NaN]) {
    const results: number[][] = [];
    for (const backend of [cpu(), ...(await Promise.all(made)).map((each) => each.backend)]) {
      await use(backend);
      const scores = tensor([[0.5, special, -1, 0.25, 2]]);
      const mask = tensor([[true, true, false, true, true]]);
      results.push(
        [...op(scores, mask).dataSync()],
        [...op(scores, tensor([[true, false, true, true, true]])).dataSync()],
      );
    }
    const [attended, masked] = results;
    expect(attended).toEqual([NaN, NaN, 0, NaN, NaN]);
    for (let i = 2; i < results.length; i += 2) {
      expect(results[i]).toEqual(attended);
      for (const [j, weight] of results[i + 1]!.entries()) expect(weight).toBeCloseTo(masked![j]!, 6);
    }
  }
});
