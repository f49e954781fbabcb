import { expect, test } from "vitest";
import { learn, useFastBackend } from "../testing/learn.js";
import { resolveConfig } from "./config/run-config.js";

/** The recipes for tasks with meaning, at their full size. */

useFastBackend();

test.each(["dates", "romanize", "numerals", "add"] as const)(
  "%s: at least 98 % of 1,000 test sequences whose sources do not occur in training",
  async (recipe) => {
    const { done } = await learn(resolveConfig({ recipe }));
    expect(done.test?.pairs).toBe(1000);
    expect(done.test?.metrics["sequence-accuracy"]).toBeGreaterThanOrEqual(0.98);
  },
);
