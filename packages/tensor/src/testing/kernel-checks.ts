import { type Check, CheckError } from "@heed/core/testing";
import {
  add,
  arange,
  argmax,
  type Backend,
  cast,
  concat,
  cos,
  cpu,
  Draw,
  div,
  exp,
  floor,
  log,
  log1p,
  logSoftmax,
  matmul,
  max,
  maximum,
  memory,
  min,
  minimum,
  round,
  scope,
  sigmoid,
  sin,
  slice,
  softmax,
  sqrt,
  sub,
  sum,
  type Tensor,
  tanh,
  tensor,
  transpose,
  use,
  zeros,
} from "../index.js";
import { assertClose, host, toHost } from "./compare.js";

/** A calculation whose result must be the reference's. */
interface KernelCase {
  readonly name: string;
  readonly compute: (draw: Draw) => Tensor;
  /** Relative to the default tolerance. */
  readonly slack?: number;
  /** Asks for ±∞ and NaN as IEEE 754 has them, which a backend may say that it lacks. */
  readonly nonFinite?: boolean;
}

const extreme = [0, -0, 1, -1, 1e-37, -1e-37, 3e38, 88, -80, 0.5, 20, -20];

const cases: readonly KernelCase[] = [
  // Sizes around the tiles of fast matrix products: less than a vector, just over a tile, and several tiles.
  ...[
    [1, 1, 1],
    [5, 3, 2],
    [17, 31, 33],
    [64, 64, 64],
    [65, 129, 67],
    [6, 300, 16],
    [1, 64, 192],
    [130, 1, 70],
  ].map(([m = 1, k = 1, n = 1]) => ({
    name: `matmul ${m}×${k}×${n}`,
    compute: (draw: Draw) => matmul(draw.randn(m, k), draw.randn(k, n)),
  })),
  {
    name: "matmul, both transposed, 37×50×41",
    compute: (draw) => matmul(draw.randn(50, 37), draw.randn(41, 50), { transposeA: true, transposeB: true }),
  },
  { name: "sum of 100,000 values", compute: (draw) => sum(draw.randn(100_000)), slack: 10 },
  { name: "sum over the first axis of 33×257", compute: (draw) => sum(draw.randn(33, 257), { axis: 0 }) },
  { name: "max over the middle axis of 3×19×37", compute: (draw) => max(draw.randn(3, 19, 37), { axis: 1 }) },
  { name: "argmax of equal values takes the first", compute: () => argmax(tensor([[1, 3, 3, 0]]), { axis: 1 }) },
  { name: "softmax of 7×1001", compute: (draw) => softmax(draw.randn(7, 1001), { axis: -1 }) },
  { name: "softmax of large scores", compute: () => softmax(tensor([[1e4, 1e4 - 1, -1e4]]), { axis: -1 }) },
  { name: "log softmax of large scores", compute: () => logSoftmax(tensor([[1e4, 1e4 - 1, -1e4]]), { axis: -1 }) },
  { name: "transpose of 33×65×5", compute: (draw) => transpose(draw.randn(33, 65, 5), { permutation: [2, 0, 1] }) },
  { name: "tensors without elements", compute: () => add(zeros([0, 3]), zeros([1, 3])) },
  { name: "i32 arithmetic", compute: (draw) => add(draw.ids(9, 4, 5), draw.ids(9, 5)) },
  {
    name: "i32 division cuts off",
    compute: () => div(tensor([7, -7], { dtype: "i32" }), tensor([2, 2], { dtype: "i32" })),
  },
  { name: "f32 to i32 cuts off", compute: () => cast(tensor([1.9, -1.9, 0.5]), { dtype: "i32" }) },
  {
    name: "round takes halves to the even neighbour, floor to the lower one",
    compute: () => {
      const x = tensor([0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 3, -3, 0.49, -0.51]);
      return concat([round(x), floor(x)], { axis: 0 });
    },
  },
  { name: "a slice of a bool tensor", compute: (draw) => slice(draw.mask(4, 5), { axis: 1, start: 1, end: 4 }) },
  ...[exp, tanh, sigmoid, log, log1p, sqrt].flatMap((op) => [
    {
      name: `${op.opName} of extreme values`,
      compute: () => op(tensor(extreme.filter((x) => (op !== log && op !== log1p) || x > 0))),
    },
    {
      name: `${op.opName} of ±∞ and NaN`,
      compute: () => op(tensor([Infinity, -Infinity, NaN, 0, -1])),
      nonFinite: true,
    },
  ]),
  {
    name: "log1p of small numbers, relative to them",
    compute: () => {
      const x = tensor([1e-1, -1e-1, 1e-3, -1e-3, 1e-6, -1e-6, 1e-9, -1e-9, 1e-20]);
      return div(log1p(x), x);
    },
  },
  {
    name: "floor and round of halves, and of what has no fraction",
    compute: () => {
      const x = tensor([-3, -2.5, -1.5, -0.5, -0.25, 0, 0.25, 0.5, 1.5, 2.5, 2.75]);
      const large = tensor([8388609, -8388611, 1e30]);
      return concat([floor(x), round(x), sub(floor(large), large), sub(round(large), large)], { axis: 0 });
    },
  },
  {
    name: "sin and cos of −1000 … 1000",
    compute: () => {
      const x = cast(arange(-1000, 1001), { dtype: "f32" });
      return concat([sin(x), cos(x)], { axis: 0 });
    },
  },
  {
    name: "max and min of NaN are NaN, wherever it stands",
    compute: () => {
      const x = tensor([
        [NaN, 1, 2, 3, 4],
        [1, 2, NaN, 3, 4],
        [1, 2, 3, 4, NaN],
        [4, 3, 2, 1, 0],
      ]);
      return concat([max(x, { axis: 1 }), min(x, { axis: 1 })], { axis: 0 });
    },
    nonFinite: true,
  },
  {
    name: "maximum and minimum with NaN are NaN",
    compute: () => {
      const [a, b] = [tensor([NaN, 1, NaN, 2, 5]), tensor([1, NaN, NaN, 3, 4])];
      return concat([maximum(a, b), minimum(a, b)], { axis: 0 });
    },
    nonFinite: true,
  },
];

/** Checks of single kernels, on sizes and values that the samples of operations leave out. */
export function kernelChecks(candidate: () => Promise<Backend>, tolerance: number): Check[] {
  const parity = cases.map(({ name, compute, slack = 1, nonFinite = false }) => ({
    name: `kernel: ${name}`,
    run: async () => {
      if (nonFinite && (await candidate()).numerics?.nonFinite === false) return;
      await use(cpu());
      const expected = await readResult(compute);
      await use(candidate());
      const actual = await readResult(compute);
      assertClose(name, actual, expected, tolerance * slack);
    },
  }));
  return [
    ...parity,
    { name: "memory: values come back as they went in", run: () => checkRoundTrip(candidate) },
    { name: "memory: is counted and given back", run: () => checkMemory(candidate) },
    { name: "memory: a view is the memory of a buffer", run: () => checkView(candidate) },
  ];
}

async function readResult(compute: (draw: Draw) => Tensor): ReturnType<typeof toHost> {
  const result = scope(() => compute(new Draw(3)));
  const values = await toHost(result);
  result.dispose();
  return values;
}

async function checkRoundTrip(candidate: () => Promise<Backend>): Promise<void> {
  const { numerics = {} } = await use(candidate());
  const { largestInteger = 2 ** 31 - 1, subnormals = true } = numerics;
  const samples = [
    Float32Array.of(1.5, -0, 3e38, subnormals ? 1e-40 : 1e-37),
    Int32Array.of(0, -largestInteger, largestInteger),
    Uint8Array.of(0, 1, 1, 0, 1),
  ];
  for (const values of samples) {
    const there = tensor(values);
    const expected = host(values.slice(), [values.length]);
    values.fill(1);
    const copy = await there.data();
    assertClose(`${there.dtype} values, after those on the host changed`, host(copy, [copy.length]), expected, 0);
    copy.fill(0);
    assertClose(`${there.dtype} values, after a copy of them changed`, await toHost(there), expected, 0);
    there.dispose();
  }
}

/** Values that are written to a view are read by the backend, in this buffer only. */
async function checkView(candidate: () => Promise<Backend>): Promise<void> {
  const backend = await use(candidate());
  if (!backend.view) return;
  const samples = [Float32Array.of(1.5, -2, 3), Int32Array.of(0, -7, 9), Uint8Array.of(0, 1, 1, 0, 1)];
  const tensors = samples.map((values) => tensor(values));
  for (const [i, there] of tensors.entries()) {
    const values = samples[i]!;
    const expected = host(values, [values.length]);
    const view = backend.view(there.buffer);
    assertClose(`a view of ${there.dtype}`, host(view.slice(), [view.length]), expected, 0);
    view.reverse();
    const reversed = host(values.slice().reverse(), [values.length]);
    assertClose(`${there.dtype} values, after a view of them changed`, await toHost(there), reversed, 0);
    backend.view(there.buffer).set(values);
  }
  for (const [i, there] of tensors.entries()) {
    const expected = host(samples[i]!, [there.size]);
    assertClose(`${there.dtype} values, after views of other buffers changed`, await toHost(there), expected, 0);
    there.dispose();
  }
}

async function checkMemory(candidate: () => Promise<Backend>): Promise<void> {
  await use(candidate());
  const before = memory();
  const x = zeros([100, 100]);
  const during = memory();
  x.dispose();
  const after = memory();
  if (during.buffers !== before.buffers + 1 || during.bytes < before.bytes + 40_000) {
    throw new CheckError(
      `memory() went from ${JSON.stringify(before)} to ${JSON.stringify(during)} for 100 × 100 floats.`,
    );
  }
  if (after.buffers !== before.buffers || after.bytes !== before.bytes) {
    throw new CheckError(
      `memory() is ${JSON.stringify(after)} after the tensor was freed, and was ${JSON.stringify(before)}.`,
    );
  }
}
