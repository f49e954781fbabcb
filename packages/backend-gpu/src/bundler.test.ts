import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { attention, cpu, Draw, Parameter, scope, sum, use } from "@heed/tensor";
import { findChromium, launchArguments } from "@heed/tooling/chromium";
import { chromium } from "playwright-core";
import { build, preview } from "vite";
import { describe, expect, onTestFinished, test } from "vitest";

const executablePath = findChromium();
const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

const main = `
import { attention, Draw, Parameter, scope, sum, tensor, use } from "@heed/tensor";
import { gpu } from "@heed/backend-gpu";

async function run() {
  const backend = await use(gpu());
  const draw = new Draw(1);
  const query = new Parameter(draw.randn(2, 3, 4));
  const keys = draw.randn(2, 5, 4);
  const total = scope(() => {
    const [context] = attention(query, keys, keys, null);
    const value = sum(context);
    value.backward();
    return value;
  });
  const numbers = [await total.item(), ...(await query.grad.data())];
  return { mode: backend.report().details.mode, numbers };
}

run().then(
  (answer) => { globalThis.answer = answer; },
  (error) => { globalThis.answer = { mode: String(error), numbers: [] }; },
);
`;

/** What the page computes, on the reference: the sum of an attention's context, and its gradient. */
async function expected(): Promise<number[]> {
  await use(cpu());
  const draw = new Draw(1);
  const query = new Parameter(draw.randn(2, 3, 4));
  const keys = draw.randn(2, 5, 4);
  const total = scope(() => {
    const [context] = attention(query, keys, keys, null);
    const value = sum(context);
    value.backward();
    return value;
  });
  return [await total.item(), ...((await query.grad!.data()) as Float32Array)];
}

describe.skipIf(!executablePath)("a page built by Vite (needs a Chromium on the PATH, or CHROMIUM_PATH)", () => {
  test("computes on the graphics card what the reference computes", { timeout: 120_000 }, async () => {
    const root = mkdtempSync(join(tmpdir(), "heed-vite-"));
    onTestFinished(() => rmSync(root, { recursive: true, force: true }));
    mkdirSync(join(root, "src"));
    writeFileSync(join(root, "index.html"), '<!doctype html><script type="module" src="/src/main.js"></script>');
    writeFileSync(join(root, "src/main.js"), main);
    const settings = {
      root,
      configFile: false,
      logLevel: "warn",
      resolve: {
        alias: {
          "@heed/core": path("../../core/src/index.ts"),
          "@heed/tensor": path("../../tensor/src/index.ts"),
          "@heed/backend-gpu": path("./index.ts"),
        },
      },
    } as const;
    // By default Vite minifies, which is what kernels given as functions do not survive.
    await build({ ...settings, build: { reportCompressedSize: false, chunkSizeWarningLimit: 2000 } });
    const server = await preview({ ...settings, preview: { port: 0, host: "127.0.0.1" } });
    onTestFinished(() => server.close());
    for (const mode of ["webgpu", "webgl2"] as const) {
      const browser = await chromium.launch({ executablePath: executablePath!, args: launchArguments[mode] });
      onTestFinished(() => browser.close());
      const page = await browser.newPage();
      await page.goto(server.resolvedUrls!.local[0]!);
      await page.waitForFunction(() => "answer" in globalThis);
      const answer = await page.evaluate(
        () => (globalThis as unknown as { answer: { mode: string; numbers: number[] } }).answer,
      );
      expect(answer.mode).toBe(mode);
      const wanted = await expected();
      expect(answer.numbers).toHaveLength(wanted.length);
      for (const [i, value] of wanted.entries()) expect(answer.numbers[i]).toBeCloseTo(value, 4);
    }
  });
});
