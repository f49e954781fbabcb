import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findChromium, launchArguments } from "@heed/tooling/chromium";
import { callPage, visit } from "@heed/tooling/visit";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ChecksPage } from "../testing/checks-page.js";
import { servePages } from "../testing/serve-pages.js";

const executablePath = findChromium();
const title = "in Chromium (needs one on the PATH, or CHROMIUM_PATH)";

describe.skipIf(!executablePath).each(["webgpu", "webgl2", "nothing"] as const)(`${title}, with %s`, (offered) => {
  let folder: string;
  let server: Awaited<ReturnType<typeof servePages>>;
  let browser: Browser;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "heed-pages-"));
    server = await servePages(folder);
    browser = await chromium.launch({ executablePath: executablePath!, args: launchArguments[offered] });
  });

  afterAll(async () => {
    await browser?.close();
    server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Opens a page and calls a function of it. */
  function call<K extends keyof ChecksPage>(name: K, argument: Parameters<ChecksPage[K]>[0]) {
    const asked = visit(browser, `${server.address}/checks`, (page) => callPage(page, name, argument));
    return asked as ReturnType<ChecksPage[K]>;
  }

  if (offered === "nothing") {
    test("no graphics card is an error that says what was tried, and what to use instead", async () => {
      await expect(call("report", {})).rejects.toThrow(
        /no graphics card to use here\. Tried webgpu: .+; webgl2: there is no WebGL2 here\. Use wasm\(\)/,
      );
      await expect(call("report", { mode: "webgl2" })).rejects.toThrow(/Tried webgl2: there is no WebGL2 here/);
    });
    return;
  }

  test("every check passes", { timeout: 180_000 }, async () => {
    const result = await call("certify", { mode: offered });
    expect(result.failures).toEqual([]);
    expect(result.mode).toBe(offered);
    expect(result.checks).toBeGreaterThan(100);
  });

  test("bits, limits, traffic, compilations, leaks, and a lost device", { timeout: 180_000 }, async () => {
    const result = await call("certifyDevice", { mode: offered });
    expect(result.failures).toEqual([]);
    expect(result.checks).toBeGreaterThan(6);
  });

  test("is chosen, and reported with the adapter, the limits and what is not as it should be", async () => {
    const report = await call("report", {});
    expect(report.details).toMatchObject({ mode: offered, hostReads: 0, hostWrites: 0, compilations: 0 });
    expect(report.device).toMatch(/swiftshader/i);
    expect(report.details.largestBuffer).toBeGreaterThan(2 ** 25);
    const card = report.fallbacks.find(({ wanted }) => wanted === "a graphics card");
    expect(card).toMatchObject({ why: expect.stringContaining("works on the processor") });
    expect(report.fallbacks.some(({ wanted }) => wanted === "webgpu")).toBe(offered === "webgl2");
  });

  test("a script tag is all that a page needs", async () => {
    const text = await visit(browser, `${server.address}/plain`, async (page) => {
      await page.waitForFunction(() => document.title !== "…");
      return page.title();
    });
    expect(text).toBe(`${offered} 19 22 43 50`);
  });
});
