import { wasm } from "@heed/backend-wasm";
import { cpu, tensor, use } from "@heed/tensor";
import { assertClose, host, toHost } from "@heed/tensor/testing";
import { describe, expect, test } from "vitest";
import { findNormalizer } from "../find-by-name.js";
import { normalizerChecks } from "../testing/index.js";
import { builtInNormalizers } from "./index.js";

describe("every normaliser", () => {
  for (const normalizer of builtInNormalizers)
    for (const check of normalizerChecks(normalizer, { backends: { wasm } })) test(check.name, check.run);

  test("that nobody knows is an error with a suggestion", () => {
    expect(() => findNormalizer("entmax")).toThrow(
      `There is no normalizer "entmax". Did you mean "entmax15"? Known: ${builtInNormalizers.map(({ name }) => name).join(", ")}.`,
    );
  });
});

describe("the weights of the scores [-2, 0, 0.5]", () => {
  test.each([
    ["softmax", [0.0486, 0.3592, 0.5922]],
    ["sparsemax", [0, 0.25, 0.75]],
    ["entmax15", [0, 0.326, 0.674]],
    // 1 / (1 + 3 exp(−e))
    ["sigmoid", [0.0432, 0.25, 0.3547]],
  ])("%s", async (name, expected) => {
    await use(cpu({ precision: "f64" }));
    const weights = findNormalizer(name).normalize(tensor([[-2, 0, 0.5]]), null);
    assertClose("weights", await toHost(weights), host(expected, [1, 3]), 5e-5);
  });

  test("sigmoid counts the keys that may be attended, however the mask says so", async () => {
    await use(cpu({ precision: "f64" }));
    const sigmoid = findNormalizer("sigmoid");
    const scores = tensor([
      [0, 1, 2],
      [0, 1, 2],
    ]);
    const weights = sigmoid.normalize(scores, tensor([[true, true, false]]));
    const own = [1 / 3, 1 / (1 + 2 * Math.exp(-1)), 0];
    assertClose("two of three keys", await toHost(weights), host([...own, ...own], [2, 3]), 1e-12);
    const rows = sigmoid.normalize(scores, tensor([[true], [false]]));
    const all = [0, 1, 2].map((e) => 1 / (1 + 3 * Math.exp(-e)));
    assertClose("all keys of one query", await toHost(rows), host([...all, 0, 0, 0], [2, 3]), 1e-12);
  });
});
