import {
  additiveGru,
  additiveScores,
  cpu,
  Draw,
  mul,
  noGrad,
  Parameter,
  scope,
  sum,
  type Tensor,
  tensor,
  use,
  valueAndGrad,
} from "@heed/tensor";
import { assertClose, host } from "@heed/tensor/testing";
import { describe, expect, test } from "vitest";
import { createWasm } from "../wasm.js";

/** Axes: b sequences, t steps, n keys; h hidden units, d of the attention, c of a value. */
interface Decoder {
  readonly sizes: readonly [b: number, t: number, n: number, h: number, d: number, c: number];
  readonly mask?: (draw: Draw) => Tensor | null;
  readonly bias?: boolean;
  /** How far the prepared keys spread: tanh is saturated from about 9 on. */
  readonly spread?: number;
}

const decoders = {
  "whole vectors": { sizes: [6, 3, 8, 16, 32, 16], bias: true, mask: (draw) => draw.mask(6, 1, 8) },
  remainders: { sizes: [7, 4, 5, 13, 21, 19], bias: true, mask: (draw) => draw.mask(7, 1, 5) },
  "single numbers": { sizes: [1, 1, 1, 1, 1, 1] },
  "one sequence, one step": { sizes: [1, 1, 9, 18, 17, 34], bias: true },
  "no mask, no bias": { sizes: [3, 5, 6, 10, 12, 7] },
  "one mask for all sequences": { sizes: [5, 2, 7, 9, 8, 6], mask: (draw) => draw.mask(1, 1, 7) },
  "a mask without batch": { sizes: [5, 2, 7, 9, 8, 6], mask: (draw) => draw.mask(7) },
  "a mask for whole sequences": { sizes: [5, 2, 7, 9, 8, 6], mask: (draw) => draw.mask(5, 1, 1) },
  "nothing to attend": { sizes: [3, 2, 4, 6, 5, 3], mask: (draw) => draw.nothing(3, 1, 4) },
  "saturated scores": { sizes: [4, 3, 5, 8, 18, 6], spread: 25 },
  "some rows beyond the quick way": { sizes: [8, 3, 3, 8, 10, 6], spread: 8 },
} satisfies Readonly<Record<string, Decoder>>;

const scores: Readonly<Record<string, readonly [b: number, q: number, k: number, d: number, spread: number]>> = {
  "whole vectors": [2, 3, 4, 32, 1],
  remainders: [3, 4, 5, 29, 1],
  "one query": [3, 1, 9, 21, 1],
  "one of each": [1, 1, 1, 1, 1],
  "some rows beyond the quick way": [9, 3, 4, 18, 6],
  saturated: [2, 3, 4, 18, 50],
};

type Run = () => { parameters: Parameter[]; outputs: () => readonly Tensor[] };

/** The arguments of a decoder. */
function decoder({ sizes: [b, t, n, h, d, c], mask, bias, spread = 1 }: Decoder): Run {
  return () => {
    const draw = new Draw(3);
    const learn = (scale: number, ...shape: number[]): Parameter =>
      new Parameter(mul(draw.randn(...shape), tensor(scale)));
    const parameters = [
      ...[learn(1, b, t, 3 * h), learn(1, b, h), learn(spread, b, n, d), learn(1, b, n, c)],
      ...[learn(h ** -0.5, h, d), learn(1, d), learn(c ** -0.5, 3 * h, c), learn(h ** -0.5, 3 * h, h)],
      ...(bias ? [learn(1, 3 * h)] : []),
    ];
    const [gates, hidden, keys, values, queryWeight, v, contextWeight, weightHh, biasHh = null] = parameters as [
      ...[Parameter, Parameter, Parameter, Parameter, Parameter, Parameter, Parameter, Parameter, Parameter?],
    ];
    const allowed = mask?.(draw) ?? null;
    const weights = [queryWeight, v, contextWeight, weightHh, biasHh] as const;
    return { parameters, outputs: () => additiveGru(gates, hidden, keys, values, allowed, ...weights) };
  };
}

function scorer([b, q, k, d, spread]: readonly [number, number, number, number, number]): Run {
  return () => {
    const draw = new Draw(5);
    const parameters = [draw.randn(b, q, d), draw.randn(b, k, d), draw.randn(d)].map(
      (x, index) => new Parameter(mul(x, tensor(index < 2 ? spread : 1))),
    );
    const [query, keys, v] = parameters as [Parameter, Parameter, Parameter];
    return { parameters, outputs: () => [additiveScores(query, keys, v)] };
  };
}

/** Values and gradients; the loss weighs the outputs that `used` names. */
function evaluate(run: Run, used: (index: number) => boolean = () => true): Tensor[] {
  const { parameters, outputs } = run();
  const values = scope(() => [...noGrad(outputs)]);
  const { gradients } = valueAndGrad(() => {
    const draw = new Draw(11);
    const terms = outputs().flatMap((output, index) => {
      const weights = draw.randn(...output.shape);
      return used(index) ? [sum(mul(output, weights))] : [];
    });
    return terms.reduce((total, term) => total.add(term));
  }, parameters);
  return [...values, ...gradients.map((gradient, index) => gradient ?? mul(parameters[index]!, tensor(0)))];
}

async function expectAsReference(name: string, run: Run, used?: (index: number) => boolean): Promise<void> {
  await use(cpu({ precision: "f64" }));
  const expected = evaluate(run, used);
  for (const simd of ["128", "256"] as const) {
    await use((await createWasm({ simd, threads: 1 })).backend);
    evaluate(run, used).forEach((actual, index) => {
      const reference = expected[index]!;
      const what = `${name}, ${simd} bits: tensor ${index + 1}`;
      assertClose(
        what,
        host(actual.dataSync(), actual.shape),
        host(reference.dataSync(), reference.shape),
        index < 3 ? 1e-5 : 1e-4,
      );
    });
  }
}

describe("additiveGru", () => {
  test.each(Object.entries(decoders))("%s: as the reference", (name, options) =>
    expectAsReference(name, decoder(options)),
  );

  test.each([0, 1, 2])("gradients from result %i alone", (position) =>
    expectAsReference("one result", decoder(decoders.remainders), (index) => index === position),
  );

  test("attends to nothing: weights, contexts and their gradients are 0", async () => {
    await use((await createWasm({ threads: 1 })).backend);
    const [, contexts, weights, , , dPrepared, dValues] = evaluate(decoder(decoders["nothing to attend"]));
    for (const tensor of [contexts, weights, dPrepared, dValues]) {
      expect(new Set(Array.from(tensor!.dataSync(), Math.abs))).toEqual(new Set([0]));
    }
  });

  test("threads change no bit", async () => {
    const bits = async (threads: number): Promise<unknown[]> => {
      const { backend } = await createWasm({ threads, shareEverything: true });
      await use(backend);
      const results = evaluate(decoder({ sizes: [23, 4, 7, 20, 24, 12], bias: true })).map((x) => x.dataSync());
      await backend.close?.();
      return results;
    };
    const alone = await bits(1);
    expect(await bits(2)).toEqual(alone);
    expect(await bits(3)).toEqual(alone);
  });

  test("a sequence gets the same bits alone as in a batch", async () => {
    await use((await createWasm({ threads: 1 })).backend);
    const draw = new Draw(8);
    const [b, t, n, h, d, c] = [13, 4, 6, 24, 40, 20];
    const rows = [draw.randn(b, t, 3 * h), draw.randn(b, h), draw.randn(b, n, d), draw.randn(b, n, c)];
    const weights = [draw.randn(h, d), draw.randn(d), draw.randn(3 * h, c), draw.randn(3 * h, h), null] as const;
    const decode = (of: readonly Tensor[]): Float32Array[] => {
      const [gates, hidden, keys, values] = of as [Tensor, Tensor, Tensor, Tensor];
      return additiveGru(gates, hidden, keys, values, null, ...weights).map((x) => x.dataSync() as Float32Array);
    };
    const together = decode(rows);
    const alone = decode(
      rows.map((x) => {
        const size = x.size / b;
        return tensor((x.dataSync() as Float32Array).subarray(12 * size)).reshape(1, ...x.shape.slice(1));
      }),
    );
    alone.forEach((values, index) => {
      expect(values).toEqual(together[index]!.subarray(12 * values.length));
    });
  });
});

describe("additiveScores", () => {
  test.each(Object.entries(scores))("%s: as the reference", (name, sizes) => expectAsReference(name, scorer(sizes)));

  test.each([10, 21.9, 22.1, 44, 46, 59, 87, 89, 300])("keys of ±%d, where exponentials end", async (size) => {
    await use((await createWasm({ threads: 1 })).backend);
    const keys = Float32Array.from({ length: 48 }, (_, j) => (j % 16 < 8 ? size : -size) * (j % 3 === 2 ? 0.01 : 1));
    const v = Float32Array.from(keys, (_, j) => Math.cos(j));
    const [query, key] = [tensor(keys.map((x) => x / 4)), tensor(keys)].map((x) => x.reshape(1, 1, 48));
    const parameters = [query!, key!, tensor(v)].map((x) => new Parameter(x));
    const [q, k, w] = parameters as [Parameter, Parameter, Parameter];
    const { value, gradients } = valueAndGrad(() => sum(additiveScores(q, k, w)), parameters);
    const tanhs = Array.from(keys, (x) => Math.tanh(1.25 * x));
    expect(value.dataSync()[0]).toBeCloseTo(
      tanhs.reduce((total, x, j) => total + x * v[j]!, 0),
      5,
    );
    for (const index of [0, 1]) {
      gradients[index]!.dataSync().forEach((slope, j) => {
        expect(slope).toBeCloseTo(v[j]! * (1 - tanhs[j]! ** 2), 5);
      });
    }
    gradients[2]!.dataSync().forEach((x, j) => {
      expect(x).toBeCloseTo(tanhs[j]!, 5);
    });
  });

  test("NaN in a key reaches its scores, and no others", async () => {
    await use((await createWasm({ threads: 1 })).backend);
    const keys = tensor(Float32Array.of(0.1, 0.2, Number.NaN, 0.4)).reshape(1, 2, 2);
    const result = additiveScores(tensor([[[0.5, 0.5]]]), keys, tensor([1, 1])).dataSync();
    expect(result[0]).toBeCloseTo(Math.tanh(0.6) + Math.tanh(0.7), 6);
    expect(result[1]).toBeNaN();
  });
});
