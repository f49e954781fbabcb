import { findChromium, launchArguments } from "@heed/tooling/chromium";
import { chromium } from "playwright-core";
import { describe, expect, onTestFinished, test } from "vitest";
import { type StepTrace, takeSteps } from "../testing/gpu-page.js";
import { servePage } from "../testing/serve-page.js";
import { builtInRecipes } from "./recipes/index.js";

const executablePath = findChromium();

/** What each step added to a counter, from the second step on. */
function perStep(traces: readonly StepTrace[], counter: keyof StepTrace): number[] {
  return traces.slice(1).map((trace, i) => trace[counter] - traces[i]![counter]);
}

describe.each(builtInRecipes.map(({ name }) => name))("a training step of %s", (recipe) => {
  test("stays on the device: the batch goes in, the loss comes out", async () => {
    const data = { task: "copy", symbols: 5, minLength: 3, maxLength: 6, train: 48, validation: 4 };
    const config = { recipe, seed: 2, data, training: { epochs: 1, batchSize: 8 } };
    const traces = await takeSteps({ mode: "cpu", config, steps: 5 });
    expect(perStep(traces, "hostReads")).toEqual([1, 1, 1, 1]);
    // Source, lengths, decoder's input and target; for each embedding where its ids stand; and the positions of tokens,
    // which a Transformer wants on both sides, for the causal mask, and as sinusoids. A model that copies gets source and
    // target in the extended vocabulary as well.
    const most = { transformer: 11, "pointer-generator": 9 }[recipe] ?? 7;
    for (const writes of perStep(traces, "hostWrites")) expect(writes).toBeLessThanOrEqual(most);
    expect(new Set(traces.map(({ buffers }) => buffers)).size).toBe(1);
  });
});

describe.skipIf(!executablePath)("in Chromium (needs one on the PATH, or CHROMIUM_PATH)", () => {
  test("the copy lesson learns on WebGPU what it learns on the reference", { timeout: 300_000 }, async () => {
    const server = await servePage("gpu-page");
    onTestFinished(server.close);
    const browser = await chromium.launch({ executablePath: executablePath!, args: [...launchArguments.webgpu] });
    onTestFinished(() => browser.close());
    const page = await browser.newPage();
    await page.goto(server.address, { waitUntil: "load" });
    const request = { config: { recipe: "copy" }, steps: 50 } as const;
    const [card, reference] = await Promise.all([
      page.evaluate(
        (asked) => {
          const { page: own } = globalThis as unknown as { page: { takeSteps: typeof takeSteps } };
          return own.takeSteps(asked);
        },
        { ...request, mode: "webgpu" as const },
      ),
      takeSteps({ ...request, mode: "reference" }),
    ]);
    expect(card).toHaveLength(50);
    for (const [i, { loss }] of reference.entries()) {
      expect(Math.abs(card[i]!.loss / loss - 1), `step ${i + 1}`).toBeLessThan(1e-3);
    }
    expect(reference[49]!.loss).toBeLessThan(0.8 * reference[0]!.loss);
    // Sentences differ in length: what is compiled is compiled in the first half.
    expect(new Set(card.slice(25).map(({ compilations }) => compilations)).size).toBe(1);
  });
});
