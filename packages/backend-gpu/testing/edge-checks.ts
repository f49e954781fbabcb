import {
  add,
  type Backend,
  BackendError,
  concat,
  cpu,
  Draw,
  div,
  embedding,
  full,
  gather,
  mul,
  pad,
  ShapeError,
  scope,
  slice,
  softmax,
  softmaxCrossEntropy,
  type Tensor,
  tensor,
  use,
} from "@heed/tensor";
import type { Check } from "@heed/tensor/testing";
import type { Device } from "../src/device.js";

/** A backend, and the device that it runs on. */
export interface Connected {
  readonly backend: Backend;
  readonly device: Device;
}

/** Makes a check that is given the device under test. */
type MakeCheck = (name: string, run: (connected: Connected) => Promise<void>) => Check;

async function valuesOn(backend: Backend, compute: () => Tensor): Promise<readonly number[]> {
  await use(backend);
  const result = scope(compute);
  const values = [...(await result.data())];
  result.dispose();
  return values;
}

function thrownBy(call: () => unknown): unknown {
  try {
    scope(call);
  } catch (error) {
    return error;
  }
  return null;
}

/** Values and sizes at the rim: what other backends compute or refuse there, this one does as well. */
export function edgeChecks(check: MakeCheck, card: boolean): Check[] {
  const parity = (name: string, compute: () => Tensor): Check =>
    check(name, async ({ backend }) => {
      const expected = await valuesOn(cpu(), compute);
      const actual = await valuesOn(backend, compute);
      const wrong = expected.findIndex((value, i) => !(Math.abs(actual[i]! - value) <= 1e-6));
      if (wrong !== -1) throw new Error(`element ${wrong} is ${actual[wrong]}, not ${expected[wrong]}`);
    });

  return [
    parity("softmax of very low scores, which nobody masked", () =>
      softmax(
        tensor([
          [-1e30, -1e30],
          [-3e38, -1e30],
        ]),
        { axis: -1 },
      ),
    ),

    parity("i32 divided by 0 is 0", () => div(tensor(Int32Array.of(5, -5, 0, 7)), tensor(Int32Array.of(0, 0, 0, 2)))),

    check("indices that the host knows to be outside are refused", async () => {
      const table = new Draw(1).randn(3, 2);
      const outside = tensor(Int32Array.of(0, 3));
      for (const call of [
        () => embedding(table, outside),
        () => embedding(table, full([2], -1, "i32")),
        () => gather(table, tensor([[2, 2]], { dtype: "i32" }), { axis: 1 }),
        () => softmaxCrossEntropy(tensor([[1, 2]]), tensor(Int32Array.of(2))),
      ]) {
        const error = thrownBy(call);
        if (!(error instanceof ShapeError)) throw new Error(`${call} should be a ShapeError, but was ${error}`);
      }
      const ignored = scope(() =>
        softmaxCrossEntropy(tensor([[1, 1]]), tensor(Int32Array.of(-100)), { ignoreIndex: -100 }),
      );
      const loss = await ignored.item();
      for (const x of [table, outside, ignored]) x.dispose();
      if (loss !== 0) throw new Error(`the loss of what is ignored is ${loss}`);
    }),

    check("integers that f32 would round are refused, also where all are one", async () => {
      const error = thrownBy(() => full([2], 2 ** 24 + 1, "i32"));
      if (!(error instanceof BackendError)) throw new Error(`a BackendError was expected, but ${error} came`);
    }),

    check("whole numbers that outgrew f32 are refused when they are read", async () => {
      for (const factor of [5001, -5001]) {
        const product = scope(() => mul(tensor(Int32Array.of(2, 5000)), tensor(Int32Array.of(3, factor))));
        const error = await product.data().catch((reason: unknown) => reason);
        product.dispose();
        if (!(error instanceof BackendError)) throw new Error(`a BackendError was expected, but ${error} came`);
      }
    }),

    check("a WebGL context that is out of memory is an error of what is read", async ({ device }) => {
      const { context } = device.connection.gpu;
      if (device.connection.mode !== "webgl2" || !context) return;
      const real = context.getError;
      context.getError = () => context.OUT_OF_MEMORY;
      const sum = scope(() => add(tensor([1]), tensor([2])));
      const error = await sum.data().catch((reason: unknown) => reason);
      context.getError = real;
      const values = await sum.data();
      sum.dispose();
      if (!(error instanceof BackendError)) throw new Error(`a BackendError was expected, but ${error} came`);
      if (values[0] !== 3) throw new Error(`1 + 2 is ${values[0]}`);
    }),

    ...(card
      ? [
          check("tensors of more than 2²⁴ elements are padded", async () => {
            const [rows, columns] = [4096, 4097];
            const last = scope(() => {
              const padded = pad(full([rows, columns], 3), { axis: 0, before: 1 });
              return concat([slice(padded, { axis: 0, end: 1, start: 0 }), slice(padded, { axis: 0, start: rows })], {
                axis: 0,
              });
            });
            const values = await last.data();
            last.dispose();
            const wrong = values.findIndex((value, i) => value !== (i < columns ? 0 : 3));
            if (wrong !== -1) throw new Error(`element ${wrong} is ${values[wrong]}`);
          }),
        ]
      : []),
  ];
}
