import { expectCaught } from "@heed/core/testing";
import { cpu, type Draw } from "@heed/tensor";
import { expect, test } from "vitest";
import { Healthy } from "../../testing/broken-modules.js";
import { moduleFaults } from "../../testing/module-faults.js";
import { moduleChecks } from "./index.js";

test.each(moduleFaults)("$name", async ({ plant: { Class, options }, caughtBy }) => {
  const input = (draw: Draw, rows: number) => draw.randn(rows, 3);
  await expectCaught(
    moduleChecks((random) => new Class(random), { name: "planted", input, ...options }),
    caughtBy,
  );
});

test("other backends are compared with the reference", async () => {
  const wrong = { ...cpu(), name: "half" };
  const checks = moduleChecks((random) => new Healthy(random), {
    input: (draw, rows) => draw.randn(rows, 3),
    backends: [() => wrong, () => cpu()],
  });
  await expectCaught(checks, null);
  expect(checks.every(({ name }) => name.startsWith("Healthy: "))).toBe(true);
});
