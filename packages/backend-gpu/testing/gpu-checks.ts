import {
  add,
  argmax,
  attention,
  type Backend,
  BackendError,
  cpu,
  Draw,
  embedding,
  full,
  gather,
  gru,
  linear,
  matmul,
  max,
  memory,
  mul,
  Parameter,
  scope,
  slice,
  softmaxCrossEntropy,
  sum,
  type Tensor,
  type TensorData,
  tensor,
  uniformLike,
  use,
  valueAndGrad,
  zeros,
} from "@heed/tensor";
import type { Check } from "@heed/tensor/testing";
import { createGpu, type GpuMode } from "../src/gpu.js";
import { watchMemory } from "./card-memory.js";
import { type Connected, edgeChecks } from "./edge-checks.js";
import { parameterOf, TinyTraining } from "./tiny-training.js";

function assert(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

/** What the call throws, or the promise rejects with. */
async function errorOf(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  return null;
}

function assertError(error: unknown, ...parts: readonly string[]): void {
  assert(error instanceof BackendError, `a BackendError was expected, but ${String(error)} came`);
  for (const part of parts) assert(String(error).includes(part), `"${part}" is missing in: ${String(error)}`);
}

/**
 * What the kit for all backends does not ask for: bits, limits, places beyond 2²⁴, compilations, traffic with the host,
 * leaks, and what happens when the device goes away.
 *
 * @param lose - takes the device away; null where there is nothing to lose
 */
export function gpuChecks(mode: GpuMode, lose: ((connected: Connected) => Promise<void>) | null): Check[] {
  const card = mode === "webgpu" || mode === "webgl2";
  let connected: Promise<Connected> | null = null;
  const connection = async (): Promise<Connected> => {
    connected ??= createGpu({ mode });
    await use((await connected).backend);
    return connected;
  };
  const check = (name: string, run: (connected: Connected) => Promise<void>): Check => ({
    name: `${mode}: ${name}`,
    run: async () => run(await connection()),
  });

  return [
    check("uniform numbers are the reference's, bit for bit", async ({ backend }) => {
      const size = 70_000;
      for (const seed of [0, 1, 0xffffffff, 0x9e3779b9, 65_536]) {
        const draws = async (on: Backend): Promise<Float32Array> => {
          const x = full([size], 0, "f32", on);
          const y = uniformLike(x, { seed });
          const values = await y.data();
          x.dispose();
          y.dispose();
          return values as Float32Array;
        };
        const [own, other] = [await draws(backend), await draws(cpu())];
        const wrong = own.findIndex((value, i) => value !== other[i]);
        assert(wrong === -1, `seed ${seed}: element ${wrong} is ${own[wrong]} instead of ${other[wrong]}`);
      }
    }),

    check("tensors beyond the device's limits are refused, with the limit and the size", async ({ backend }) => {
      const limit = Number(backend.report().details.largestBuffer);
      const error = await errorOf(() => full([limit + 1], 0));
      assertError(error, String(limit + 1), `at most ${limit}`, String(backend.report().details.limitedBy));
    }),

    check("integers that f32 would round are refused", async () => {
      assertError(await errorOf(() => tensor(Int32Array.of(1, 2 ** 24 + 1))), "16777216", "16777217");
    }),

    ...edgeChecks(check, card),

    ...(card
      ? [
          check("places beyond 2²⁴ are exact", async () => {
            const [rows, columns] = [4111, 4099];
            const value = (i: number): number => i % 4093;
            const x = tensor(
              Float32Array.from({ length: rows * columns }, (_, i) => value(i)),
              { shape: [rows, columns] },
            );
            const last = (y: Tensor): Tensor => slice(y, { axis: 0, start: rows - 2 });
            const row = tensor(Float32Array.from({ length: columns }, (_, i) => i));
            const moved = add(x, row);
            const ids = tensor(
              Int32Array.from({ length: columns }, () => rows - 1),
              { shape: [1, columns] },
            );
            const [plain, shifted, picked] = [last(x), last(moved), gather(x, ids, { axis: 0 })];
            const read = await Promise.all([plain, shifted, picked].map((y) => y.data()));
            for (let i = 0; i < 2 * columns; i++) {
              const expected = value((rows - 2) * columns + i);
              assert(read[0]![i] === expected, `element ${i} is ${read[0]![i]}, not ${expected}`);
              assert(read[1]![i] === expected + (i % columns), `moved, element ${i} is ${read[1]![i]}`);
              if (i < columns) continue;
              assert(
                read[2]![i - columns] === expected,
                `gathered, element ${i - columns} is ${read[2]![i - columns]}`,
              );
            }
            for (const y of [x, row, moved, ids, plain, shifted, picked]) y.dispose();
          }),
        ]
      : []),

    check("a training step: the batch goes in, the loss comes out", async ({ backend }) => {
      const training = new TinyTraining();
      await training.step(3, 5);
      const before = backend.report().details;
      await training.step(3, 5);
      const after = backend.report().details;
      const [reads, writes] = ["hostReads", "hostWrites"].map((key) => Number(after[key]) - Number(before[key]));
      training.dispose();
      assert(reads === 1, `${reads} reads; the loss is one`);
      // Tokens, lengths, and where each token stands, which the gradient of the embedding is summed by.
      assert(writes === 3, `${writes} writes; the batch is three`);
    }),

    check("kernels are compiled for operations, not for shapes", async ({ device }) => {
      const training = new TinyTraining();
      for (let t = 1; t <= 13; t++) await training.step(2 + (t % 2), t);
      const { compilations } = device.counters;
      for (const [b, t] of [
        [5, 14],
        [7, 17],
        [4, 23],
        [9, 6],
        [6, 31],
      ] as const) {
        await training.step(b, t);
      }
      training.dispose();
      const more = device.counters.compilations - compilations;
      assert(more === 0, `${more} kernels were compiled for new lengths`);
    }),

    ...(mode === "webgpu"
      ? [
          check("memory of the card is given back when tensors are", async () => {
            const memoryOfCard = await watchMemory();
            const largest = scope(() => {
              const x = zeros([600, 500]);
              return max(matmul(add(x, 1), add(x, 2), { transposeB: true }));
            });
            await largest.item();
            const during = memoryOfCard.most();
            largest.dispose();
            // Reading anything is waiting for all that was asked before.
            const waited = scope(() => add(tensor([1]), tensor([2])));
            await waited.data();
            waited.dispose();
            const after = memoryOfCard.bytes();
            memoryOfCard.stop();
            assert(during >= 600 * 600 * 4, `${during} bytes were asked for`);
            assert(after < 100_000, `${after} of ${during} bytes are held for nobody`);
          }),
        ]
      : []),

    check("an embedding learns from ids that only the device knows", async ({ backend }) => {
      const compute = async (on: Backend): Promise<TensorData> => {
        await use(on);
        const draw = new Draw(2);
        const [table, choices] = [parameterOf(draw.randn(6, 3)), draw.randn(2, 5, 6)];
        const gradient = scope(() => {
          const ids = argmax(choices, { axis: -1 });
          const rows = embedding(table, ids, { paddingIndex: 1 });
          return valueAndGrad(() => sum(mul(embedding(table, ids, { paddingIndex: 1 }), rows)), [table]).gradients[0]!;
        });
        const values = await gradient.data();
        for (const x of [table, choices, gradient]) x.dispose();
        return values;
      };
      const [expected, actual] = [await compute(cpu()), await compute(backend)];
      const wrong = expected.findIndex((value, i) => !(Math.abs(actual[i]! - value) <= 1e-5));
      assert(wrong === -1, `element ${wrong} is ${actual[wrong]}, not ${expected[wrong]}`);
    }),

    check("what the kit tries small is right at the sizes of models", async ({ backend }) => {
      const compute = async (on: Backend): Promise<readonly TensorData[]> => {
        await use(on);
        const draw = new Draw(5);
        const weight = (...shape: number[]): Parameter => parameterOf(draw.randn(...shape));
        const [b, t, i, h, v] = [5, 19, 34, 36, 270];
        const [x, first, ih, hh, bias] = [
          weight(b, t, i),
          weight(b, h),
          weight(3 * h, i),
          weight(3 * h, h),
          weight(3 * h),
        ];
        const [out, mask] = [weight(v, h), draw.mask(b, 1, t)];
        const targets = draw.ids(v, b, t);
        const parameters = [x, first, ih, hh, bias, out];
        const { value, gradients } = scope(() =>
          valueAndGrad(() => {
            const [states] = gru(x, first, mul(ih, 0.2), mul(hh, 0.2), bias, bias, draw.lengths(t, b));
            const [context] = attention(states, states, states, mask);
            return softmaxCrossEntropy(linear(add(context, states), out, null), targets);
          }, parameters),
        );
        const read = await Promise.all([value, ...(gradients as Tensor[])].map((y) => y.data()));
        for (const y of [value, ...gradients, ...parameters, mask, targets]) y?.dispose();
        return read;
      };
      const expected = await compute(cpu({ precision: "f64" }));
      const actual = await compute(backend);
      for (const [which, values] of expected.entries()) {
        const scale = Math.max(...values.map(Math.abs));
        const wrong = values.findIndex((y, i) => !(Math.abs(actual[which]![i]! - y) <= 1e-4 * scale));
        assert(wrong === -1, `result ${which}, element ${wrong}: ${actual[which]![wrong]}, not ${values[wrong]}`);
      }
    }),

    check("200 training steps leave nothing behind", async ({ device }) => {
      /** What gpu.js holds, once it has done all that it was asked. */
      const handles = async (): Promise<number> => {
        const waited = scope(() => add(tensor([1]), tensor([2])));
        await waited.data();
        waited.dispose();
        await new Promise((resolve) => setTimeout(resolve, 0));
        return device.handles;
      };
      const before = memory();
      const openBefore = await handles();
      const training = new TinyTraining();
      const losses = [await training.step(2, 4)];
      const { buffers, bytes } = memory();
      for (let i = 1; i < 200; i++) losses.push(await training.step(2, 4));
      const end = memory();
      assert(end.buffers <= buffers && end.bytes <= bytes, `${JSON.stringify(end)} instead of ${buffers}, ${bytes}`);
      training.dispose();
      const after = memory();
      assert(after.buffers <= before.buffers, `${after.buffers} buffers are alive, and ${before.buffers} were`);
      const open = await handles();
      assert(open <= openBefore, `gpu.js holds ${open} results, and held ${openBefore}`);
      assert(losses.at(-1)! < losses[0]!, `the loss went from ${losses[0]} to ${losses.at(-1)}`);
    }),

    ...(lose
      ? [
          check("a lost device is an error that says so, and what the host knows can still be read", async (own) => {
            const uploaded = new Parameter(tensor([1, 2, 3]));
            const read = new Parameter(mul(uploaded, 2));
            await read.data();
            const unread = mul(uploaded, 3);
            await lose(own);
            assertError(await errorOf(() => unread.data()), "the device is lost", "Make a new backend with gpu()");
            assertError(await errorOf(() => sum(uploaded)), "the device is lost");
            assert((await uploaded.data()).join() === "1,2,3", "the uploaded parameter is lost");
            assert((await read.data()).join() === "2,4,6", "the parameter that was read is lost");
            for (const x of [uploaded, read, unread]) x.dispose();
          }),
        ]
      : []),
  ];
}
