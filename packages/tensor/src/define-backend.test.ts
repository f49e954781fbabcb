import { describe, expect, test } from "vitest";
import type { Backend } from "./backend.js";
import { cpuBackend } from "./backends/cpu-backend.js";
import { cpu } from "./cpu/cpu.js";
import { defineBackend } from "./define-backend.js";

describe("defineBackend", () => {
  test("a definition checks its options, and loads the backend with them", async () => {
    expect(await cpuBackend.fault()).toBeUndefined();
    expect((await cpuBackend.load()).report()).toMatchObject({ backend: "cpu", precision: "f32" });
    expect((await cpuBackend.load({ precision: "f64" })).report().precision).toBe("f64");
    await expect(cpuBackend.load({ precision: "f16" })).rejects.toThrow(
      'The option precision of the backend cpu must be one of "f32", "f64", got "f16".',
    );
    await expect(cpuBackend.load({ threads: 2 })).rejects.toThrow(
      'The backend "cpu" has no option "threads". Known: precision.',
    );
  });

  test("a definition without a field, and what is not a backend, are refused", async () => {
    const mine = {
      ...{ name: "mine", summary: "a test", automatic: false, options: {} },
      ...{ fault: async () => undefined, load: async () => cpu() },
    };
    expect((await defineBackend(mine).load()).name).toBe("cpu");
    expect(() => defineBackend({ ...mine, automatic: "yes" as unknown as boolean })).toThrow(
      'defineBackend: automatic of the backend "mine" must be true or false, got "yes".',
    );
    const { gather: _, ...without } = cpu();
    await expect(defineBackend({ ...mine, load: async () => without as Backend }).load()).rejects.toThrow(
      'load of the backend "mine" must return a Backend, but its gather is missing.',
    );
  });
});
