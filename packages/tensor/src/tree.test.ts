import { beforeEach, expect, test } from "vitest";
import {
  cpu,
  mul,
  Parameter,
  ShapeError,
  sum,
  type Tensor,
  tensor,
  treeLeaves,
  treeMap,
  treeTake,
  use,
} from "./index.js";

beforeEach(() => use(cpu()));

const values = async (x: Tensor): Promise<number[]> => [...(await x.data())];

test("treeMap keeps the structure and everything that is not a tensor", async () => {
  const shared = new Date(0);
  const tree = {
    hidden: tensor([1, 2]),
    layers: [tensor([3]), null, { cell: tensor([4]) }],
    byName: new Map([["a", tensor([5])]]),
    ...{ step: 3, name: "gru", none: undefined, date: shared },
  };
  const doubled = treeMap(tree, (x) => mul(x, 2));
  expect(await Promise.all(treeLeaves(doubled).map(values))).toEqual([[2, 4], [6], [8], [10]]);
  expect(doubled).toMatchObject({ step: 3, name: "gru", none: undefined });
  expect(doubled.layers[1]).toBeNull();
  expect(doubled.date).toBe(shared);
});

test("treeLeaves lists tensors in order, one that occurs twice twice", () => {
  const x = tensor([1]);
  expect(treeLeaves([x, { b: x, a: null }, "x", 1])).toEqual([x, x]);
  expect(treeLeaves(x)).toEqual([x]);
  expect(treeLeaves(null)).toEqual([]);
});

test("treeTake selects rows of tensors of every dtype and rank", async () => {
  const tree = {
    floats: tensor([
      [1, 2],
      [3, 4],
      [5, 6],
    ]),
    ids: tensor(new Int32Array([7, 8, 2 ** 31 - 1])),
    mask: tensor([[[true]], [[false]], [[true]]]),
  };
  const taken = treeTake(tree, tensor(new Int32Array([2, 0, 2, 1])));
  expect(await values(taken.floats)).toEqual([5, 6, 1, 2, 5, 6, 3, 4]);
  expect(await values(taken.ids)).toEqual([2 ** 31 - 1, 7, 2 ** 31 - 1, 8]);
  expect(await values(taken.mask)).toEqual([1, 1, 1, 0]);
  expect(taken.mask.shape).toEqual([4, 1, 1]);
});

test("treeTake passes gradients to the rows that were selected, once for each time", async () => {
  const x = new Parameter(
    tensor([
      [1, 2],
      [3, 4],
    ]),
  );
  sum(
    mul(
      treeTake(x, tensor(new Int32Array([1, 1]))),
      tensor([
        [1, 2],
        [10, 20],
      ]),
    ),
  ).backward();
  expect(await values(x.grad!)).toEqual([0, 0, 11, 22]);
});

test("treeTake refuses indices of another rank and scalars", () => {
  expect(() => treeTake(tensor([1]), tensor([[0]], { dtype: "i32" }))).toThrow(ShapeError);
  expect(() => treeTake({ count: tensor(1) }, tensor(new Int32Array([0])))).toThrow("got a scalar");
});

test("an object without a prototype is a tree, too", () => {
  const tree: { hidden?: Tensor } = Object.assign(Object.create(null), { hidden: tensor([1]) });
  expect(treeLeaves(tree)).toEqual([tree.hidden]);
  expect(treeTake(tree, tensor(Int32Array.of(0, 0))).hidden!.shape).toEqual([2]);
});
