import { cpu, Parameter, ShapeError, tensor, use, zeros } from "@heed/tensor";
import { beforeEach, describe, expect, test } from "vitest";
import { binaryCrossEntropy, mseLoss } from "./index.js";

beforeEach(async () => {
  await use(cpu());
});

describe("binaryCrossEntropy", () => {
  test("is exact for logits of any size, and so is its gradient", async () => {
    const logits = new Parameter(tensor([1e4, -1e4, 1e4, 0]));
    const losses = binaryCrossEntropy(logits, tensor([1, 1, 0, 0.5]), { reduction: "none" });
    expect(Array.from(losses.dataSync())).toEqual([0, 1e4, 1e4, Math.fround(Math.LN2)]);
    binaryCrossEntropy(logits, tensor([1, 1, 0, 0.5]), { reduction: "sum" }).backward();
    expect(Array.from(logits.grad!.dataSync())).toEqual([0, -1, 1, 0]);
  });

  test("the mean divides by the number of entries, whatever the weights", async () => {
    const options = { weight: tensor([4, 0]) };
    expect(await binaryCrossEntropy(zeros([1, 2]), zeros([1, 2]), options).item()).toBeCloseTo(2 * Math.LN2, 6);
  });

  test("refuses shapes that differ, and unknown reductions", () => {
    expect(() => binaryCrossEntropy(zeros([2, 1]), zeros([2]))).toThrow(ShapeError);
    expect(() => binaryCrossEntropy(zeros([2, 1]), zeros([2]))).toThrow("logits [2, 1] and targets [2]");
    expect(() => binaryCrossEntropy(zeros([2]), zeros([2]), { reduction: "max" as "sum" })).toThrow(
      'reduction must be one of "mean", "sum", "none", got "max"',
    );
  });
});

test("mseLoss refuses shapes that would broadcast", () => {
  expect(() => mseLoss(zeros([3, 1]), zeros([3]))).toThrow("prediction [3, 1] and target [3] must have the same shape");
});
