import { Random } from "@heed/core";
import { beforeEach, describe, expect, test } from "vitest";
import {
  all,
  any,
  arange,
  argmin,
  conv1d,
  cpu,
  cumsum,
  entmax15,
  eye,
  flip,
  floor,
  log1p,
  logSoftmax,
  logSumExp,
  lstm,
  maskedSoftmax,
  matmul,
  max,
  maxWithIndices,
  min,
  multinomial,
  norm,
  oneHot,
  Parameter,
  prod,
  rnn,
  round,
  ShapeError,
  slice,
  softmax,
  softplus,
  sparsemax,
  split,
  std,
  sum,
  type Tensor,
  tensor,
  tile,
  topK,
  tril,
  triu,
  use,
  variance,
  zeros,
} from "../index.js";

describe("without entries", () => {
  test("there is no largest or smallest entry, but a softmax of none", () => {
    const none = zeros([2, 0]);
    for (const op of [max, min]) {
      expect(() => op(none)).toThrow(ShapeError);
      expect(op(none, { axis: 0 }).shape).toEqual([0]);
    }
    for (const op of [softmax, logSoftmax]) expect(op(none, { axis: -1 }).shape).toEqual([2, 0]);
    for (const op of [maskedSoftmax, sparsemax, entmax15]) expect(op(none, null).shape).toEqual([2, 0]);
    expect([...logSumExp(none, { axis: -1 }).dataSync()]).toEqual([-Infinity, -Infinity]);
  });

  test("a recurrent network has no outputs, and its state stands", () => {
    const hidden = tensor([[1, 2]]);
    const [outputs, last] = rnn(zeros([1, 0, 3]), hidden, zeros([2, 3]), zeros([2, 2]), null, null, null);
    expect(outputs.shape).toEqual([1, 0, 2]);
    expect([...last.dataSync()]).toEqual([1, 2]);
    const [, , cell] = lstm(zeros([1, 0, 3]), hidden, hidden, zeros([8, 3]), zeros([8, 2]), null, null, null);
    expect([...cell.dataSync()]).toEqual([1, 2]);
  });
});

beforeEach(async () => {
  await use(cpu());
});

const values = (x: Tensor): number[] => Array.from(x.dataSync());
const integers = (...list: number[]): Tensor => tensor(new Int32Array(list));

describe("slice", () => {
  const x = () => integers(0, 1, 2, 3, 4, 5, 6);

  test.each([
    [{ start: -3 }, [4, 5, 6]],
    [{ end: -5 }, [0, 1]],
    [{ start: 1, end: -1, step: 2 }, [1, 3, 5]],
    [{ step: 3 }, [0, 3, 6]],
    [{ step: 100 }, [0]],
    [{ step: -1 }, [6, 5, 4, 3, 2, 1, 0]],
    [{ start: -2, step: -2 }, [5, 3, 1]],
    [{ start: 5, end: 2, step: -1 }, [5, 4, 3]],
    [{ start: 2, end: -7, step: -1 }, [2, 1]],
    [{ start: 3, end: 3 }, []],
    [{ start: 7 }, []],
    [{ start: 3, end: 3, step: -1 }, []],
  ])("%j selects what NumPy does", (options, expected) => {
    expect(values(slice(x(), { axis: 0, ...options }))).toEqual(expected);
  });

  test("takes every second row, backwards, of a matrix without columns or rows", () => {
    expect(slice(zeros([5, 0]), { axis: 0, step: -2 }).shape).toEqual([3, 0]);
    expect(slice(zeros([0, 2]), { axis: 0, step: -1 }).shape).toEqual([0, 2]);
  });

  test.each([
    [{ start: 8 }, "slice: 8 … the end is outside of axis 0 of [7]"],
    [{ start: -8 }, "slice: -8 … the end"],
    [{ end: 8 }, "slice: the start … 8"],
    [{ start: 4, end: 2 }, "slice: 4 … 2"],
    [{ start: 2, end: 4, step: -1 }, "slice: 2 … 4 by -1"],
    [{ start: 7, step: -1 }, "slice: 7 … the end by -1"],
    [{ step: 0 }, "slice: step must be an integer other than 0, got 0"],
  ])("refuses %j", (options, message) => {
    expect(() => slice(x(), { axis: 0, ...options })).toThrow(ShapeError);
    expect(() => slice(x(), { axis: 0, ...options })).toThrow(message);
  });
});

describe("at", () => {
  const x = () => arange(0, 24).reshape(2, 3, 4);

  test("selects as NumPy's brackets do", () => {
    expect(x().at(1).shape).toEqual([3, 4]);
    expect(values(x().at(-1, 0))).toEqual([12, 13, 14, 15]);
    expect(values(x().at(1, -1, -1))).toEqual([23]);
    expect(values(x().at(null, 1, [null, null, -2]))).toEqual([7, 5, 19, 17]);
    expect(x().at([0, 1], [], [-3]).shape).toEqual([1, 3, 3]);
    expect(x().at().shape).toEqual([2, 3, 4]);
  });

  test("passes gradients to what was selected", () => {
    const w = new Parameter(
      tensor([
        [1, 2],
        [3, 4],
      ]),
    );
    sum(w.at(null, -1)).backward();
    expect(values(w.grad!)).toEqual([0, 1, 0, 1]);
  });

  test("refuses positions outside, and what is no index", () => {
    expect(() => x().at(2)).toThrow(ShapeError);
    expect(() => x().at(0, 0, 0, 0)).toThrow("expected at most 3 indices for [2, 3, 4], got 4");
    expect(() => x().at("0" as unknown as number)).toThrow('a position, a range [start, end, step] or null, got "0"');
    expect(() => x().at(0.5)).toThrow("slice: start must be an integer, got 0.5");
  });
});

describe("topK", () => {
  test("of equal entries takes the lower index first, −∞ last and NaN first", () => {
    const x = tensor([
      2,
      Number.NEGATIVE_INFINITY,
      Number.NaN,
      2,
      7,
      Number.NEGATIVE_INFINITY,
      Number.POSITIVE_INFINITY,
    ]);
    expect(values(topK(x, { k: 7 })[1])).toEqual([2, 6, 4, 0, 3, 1, 5]);
    expect(values(topK(x, { k: 7, largest: false })[1])).toEqual([1, 5, 0, 3, 4, 6, 2]);
  });

  test("takes none, and the only one", () => {
    const [none, indices] = topK(zeros([3, 4]), { k: 0 });
    expect([none.shape, indices.shape, indices.dtype]).toEqual([[3, 0], [3, 0], "i32"]);
    expect(values(topK(tensor([5]), { k: 1 })[0])).toEqual([5]);
  });

  test("sorts like the host does", () => {
    const random = new Random(3);
    const list = Array.from({ length: 60 }, () => random.integer(0, 20));
    const expected = list.map((_, i) => i).sort((a, b) => list[b]! - list[a]! || a - b);
    expect(values(topK(tensor(list), { k: 60 })[1])).toEqual(expected);
  });

  test("refuses a k that the axis does not have", () => {
    expect(() => topK(zeros([2, 3]), { k: 4 })).toThrow(
      "k must be an integer from 0 to 3, the length of axis -1, got 4",
    );
    expect(() => topK(zeros([2, 3]), { k: 1.5 })).toThrow("topK: k must be an integer, got 1.5");
    expect(() => topK(zeros([2, 3]), { k: 1, axis: 2 })).toThrow(ShapeError);
  });
});

test("maxWithIndices and argmin take the first of equal entries", () => {
  const [value, index] = maxWithIndices(tensor([[1, 5, 5]]), { axis: 1 });
  expect([values(value), values(index)]).toEqual([[5], [1]]);
  expect(values(argmin(integers(3, -(2 ** 31), -(2 ** 31)), { axis: 0 }))).toEqual([1]);
  expect(() => argmin(zeros([2, 0]), { axis: 1 })).toThrow("empty");
});

describe("multinomial", () => {
  test("draws in proportion, and the same for the same generator", () => {
    const p = tensor([1, 0, 2, 5]);
    const drawn = values(multinomial(p, { count: 4000, replacement: true, random: new Random(1) }));
    const share = (id: number) => drawn.filter((each) => each === id).length / drawn.length;
    for (const [id, expected] of [1 / 8, 0, 2 / 8, 5 / 8].entries()) expect(share(id)).toBeCloseTo(expected, 1);
    expect(values(multinomial(p, { count: 4000, replacement: true, random: new Random(1) }))).toEqual(drawn);
  });

  test("without replacement draws each once, the likely ones first", () => {
    const p = tensor(Array.from({ length: 2000 }, () => [1, 0, 2, 5]));
    const rows = values(multinomial(p, { count: 3, random: new Random(2) }));
    const first = [0, 0, 0, 0];
    for (let row = 0; row < 2000; row++) {
      const own = rows.slice(3 * row, 3 * row + 3);
      expect([...own].sort()).toEqual([0, 2, 3]);
      first[own[0]!]!++;
    }
    for (const [id, expected] of [1 / 8, 0, 2 / 8, 5 / 8].entries()) expect(first[id]! / 2000).toBeCloseTo(expected, 1);
  });

  test("draws once from the generator, and refuses what it cannot draw", () => {
    const [used, fresh] = [new Random(4), new Random(4)];
    multinomial(tensor([1, 1]), { random: used });
    fresh.integer(0, 2 ** 32);
    expect(used.state()).toEqual(fresh.state());
    expect(() => multinomial(tensor([1, 1]), { count: 3, random: used })).toThrow("replacement: true");
    expect(() => multinomial(tensor([1, 1]), {} as { random: Random })).toThrow(
      "multinomial: the option random is missing; it must be a Random, such as new Random(1).",
    );
  });
});

describe("reductions of nothing, and of one entry", () => {
  test("have the neutral element", () => {
    expect(values(prod(zeros([2, 0]), { axis: 1 }))).toEqual([1, 1]);
    expect(values(any(zeros([2, 0]), { axis: 1 }))).toEqual([0, 0]);
    expect(values(all(zeros([2, 0]), { axis: 1 }))).toEqual([1, 1]);
    expect(values(norm(zeros([0])))).toEqual([0]);
    expect(cumsum(zeros([2, 0]), { axis: 1 }).shape).toEqual([2, 0]);
    expect(values(cumsum(tensor([3]), { axis: -1 }))).toEqual([3]);
    expect(values(prod(tensor(-3)))).toEqual([-3]);
  });

  test("variance of one entry is NaN with the default correction, as in PyTorch", () => {
    expect(values(variance(tensor([[4], [5]]), { axis: 1 }))).toEqual([Number.NaN, Number.NaN]);
    expect(values(variance(tensor([4]), { correction: 0 }))).toEqual([0]);
  });

  test("the slopes of std and norm at 0 are 0, and NaN stays NaN", async () => {
    const x = new Parameter(
      tensor([
        [2, 2],
        [0, 0],
      ]),
    );
    sum(std(x, { axis: 1 })).backward();
    expect(values(x.grad!)).toEqual([0, 0, 0, 0]);
    x.zeroGrad();
    sum(norm(x, { axis: 1 })).backward();
    expect(values(x.grad!).slice(2)).toEqual([0, 0]);
    expect(values(std(tensor([Number.NaN, 1])))).toEqual([Number.NaN]);
    expect(() => norm(zeros([2]), { p: 3 })).toThrow("p must be 1, 2 or Infinity, got 3");
  });
});

test("small and large arguments keep their digits", () => {
  expect(values(log1p(tensor([1e-10, -1, -2, Number.POSITIVE_INFINITY])))).toEqual([
    Math.fround(1e-10),
    Number.NEGATIVE_INFINITY,
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ]);
  const [low, high, nothing] = values(softplus(tensor([-80, 1e30, Number.NEGATIVE_INFINITY])));
  expect(low! / Math.exp(-80)).toBeCloseTo(1, 5);
  expect([high, nothing]).toEqual([Math.fround(1e30), 0]);
  expect(values(round(tensor([0.5, 1.5, 2.5, -0.5, -1.5])))).toEqual([0, 2, 2, -0, -2]);
  expect(values(floor(tensor([-0.5, 2.9])))).toEqual([-1, 2]);
});

describe("layout", () => {
  test("splits into parts, also of nothing", () => {
    expect(split(zeros([5]), { sizes: 2, axis: 0 }).map((part) => part.shape)).toEqual([[2], [2], [1]]);
    expect(split(zeros([0]), { sizes: 2, axis: -1 }).map((part) => part.shape)).toEqual([[0]]);
    expect(() => split(zeros([5]), { sizes: [2, 2], axis: 0 })).toThrow(
      "sum to 5, the length of axis 0 of [5], got [2, 2]",
    );
    expect(() => split(zeros([5]), { sizes: 0, axis: 0 })).toThrow("positive integer");
  });

  test("tiles and flips", () => {
    expect(values(tile(tensor([1, 2]), { repeats: [2, 2] }))).toEqual([1, 2, 1, 2, 1, 2, 1, 2]);
    expect(tile(tensor([1, 2]), { repeats: [0] }).shape).toEqual([0]);
    expect(values(flip(tensor([true, false, false]), { axis: 0 }))).toEqual([0, 0, 1]);
    expect(() => tile(zeros([2]), { repeats: [-1] })).toThrow("repeats must be integers ≥ 0, got [-1]");
  });

  test("makes triangles and identity matrices", () => {
    expect(values(tril(integers(1, 2, 3, 4).reshape(2, 2)))).toEqual([1, 0, 3, 4]);
    expect(
      values(
        triu(
          tensor([
            [true, true],
            [true, true],
          ]),
        ),
      ),
    ).toEqual([1, 1, 0, 1]);
    expect(values(eye(2, 3))).toEqual([1, 0, 0, 0, 1, 0]);
    expect(eye(0).shape).toEqual([0, 0]);
    expect(() => tril(zeros([3]))).toThrow("two axes or more, got [3]");
    expect(() => eye(-1)).toThrow("eye: sizes must be integers ≥ 0, got -1");
  });

  test("an id outside of the classes gives zeros", () => {
    expect(values(oneHot(integers(1, 2, -1), { numClasses: 2 }))).toEqual([0, 1, 0, 0, 0, 0]);
    expect(oneHot(tensor(new Int32Array(0)), { numClasses: 2 }).shape).toEqual([0, 2]);
  });
});

test("matmul of vectors names what does not fit", () => {
  expect(matmul(zeros([0]), zeros([0])).shape).toEqual([]);
  expect(() => matmul(zeros([2]), zeros([3]))).toThrow("the inner sizes differ, 2 and 3");
  expect(() => matmul(zeros([2]), zeros([2, 2]), { transposeA: true })).toThrow(
    "transposeA needs a with two axes or more, got [2]",
  );
});

test("conv1d names what does not fit", () => {
  const x = zeros([1, 4, 5]);
  expect(conv1d(zeros([0, 4, 5]), zeros([2, 4, 3]), null).shape).toEqual([0, 2, 3]);
  expect(() => conv1d(x, zeros([2, 3, 3]), null)).toThrow("do not fit 1 groups");
  expect(() => conv1d(x, zeros([3, 2, 3]), null, { groups: 2 })).toThrow("3 must be divisible by groups");
  expect(() => conv1d(x, zeros([2, 4, 6]), null)).toThrow("the kernel reaches over 6 entries, but the padded x has 5");
  expect(() => conv1d(x, zeros([2, 4, 3]), null, { stride: 0 })).toThrow(
    "stride must be an integer of at least 1, got 0",
  );
  expect(() => conv1d(x, zeros([2, 4, 3]), null, { stride: 2, padding: "same" })).toThrow(
    'padding "same" needs stride 1',
  );
});
