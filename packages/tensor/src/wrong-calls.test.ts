import { beforeAll, expect, test } from "vitest";
import { wrongCalls, wrongValues } from "../testing/wrong-calls.js";
import {
  backward,
  cpu,
  decodeSafetensors,
  detach,
  isTensor,
  noGrad,
  Parameter,
  scope,
  tensor,
  use,
  zeros,
} from "./index.js";

beforeAll(() => use(cpu()));

test.each([...wrongCalls, ...wrongValues])("refuses %s", (_, call, message) => {
  expect(call).toThrow(expect.objectContaining({ message }));
});

test("what is not an operation also says what it expects", () => {
  // @ts-expect-error a list
  expect(() => detach([1])).toThrow("detach: x must be a tensor, got [1].");
  // @ts-expect-error a number
  expect(() => new Parameter(1)).toThrow("new Parameter: value must be a tensor, got 1.");
  // @ts-expect-error nothing
  expect(() => backward()).toThrow("backward: loss must be a tensor, got undefined.");
  // @ts-expect-error a text
  expect(() => decodeSafetensors("weights")).toThrow('expected the bytes of a file as a Uint8Array, got "weights".');
  for (const run of [scope, noGrad]) {
    // @ts-expect-error a tensor in place of a function
    expect(() => run(zeros([2]))).toThrow("expected a function, got a tensor of shape [2].");
  }
});

test("tensors in a string are their shape", () => {
  expect(`${zeros([2, 3])}`).toBe("Tensor [2, 3] f32");
  expect(String(tensor(true))).toBe("Tensor [] bool");
});

test("a backend that was not made is refused", async () => {
  // @ts-expect-error the function in place of its result
  await expect(use(cpu)).rejects.toThrow("use: expected a backend, got a function. Call it: use(cpu()).");
  // @ts-expect-error nothing
  await expect(use(undefined)).rejects.toThrow("use: expected a backend, got undefined.");
  expect(isTensor(null)).toBe(false);
});
