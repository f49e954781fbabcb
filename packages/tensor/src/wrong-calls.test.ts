import { beforeAll, expect, test } from "vitest";
import { wrongCalls, wrongValues } from "../testing/wrong-calls.js";
import { cpu, isTensor, tensor, use, zeros } from "./index.js";

beforeAll(() => use(cpu()));

test.each([...wrongCalls, ...wrongValues])("refuses %s", (_, call, message) => {
  expect(call).toThrow(expect.objectContaining({ message }));
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
