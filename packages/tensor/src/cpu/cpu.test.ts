import { describe, expect, test } from "vitest";
import { mul, tensor, use } from "../index.js";
import { backendChecks } from "../testing/index.js";
import { cpu } from "./cpu.js";

describe("the reference backend in f32", () => {
  for (const check of backendChecks(() => cpu())) test(check.name, check.run);
});

test("products of i32 keep their lower 32 bits", async () => {
  await use(cpu());
  const [a, b] = [123_456_789, 987_654_321].map((value) => tensor(new Int32Array([value])));
  expect([...mul(a!, b!).dataSync()]).toEqual([Math.imul(123_456_789, 987_654_321)]);
});
