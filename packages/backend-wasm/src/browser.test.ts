import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findChromium, launchArguments } from "@heed/tooling/chromium";
import { callPage, visit as visitAddress } from "@heed/tooling/visit";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ChecksPage } from "../testing/checks-page.js";
import { servePages } from "../testing/serve-pages.js";
import { deflated } from "./kernels-256.generated.js";

const executablePath = findChromium();
describe.skipIf(!executablePath)("in Chromium (needs one on the PATH, or CHROMIUM_PATH)", () => {
  let folder: string;
  let server: Awaited<ReturnType<typeof servePages>>;
  let browser: Browser;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "heed-pages-"));
    server = await servePages(folder);
    browser = await chromium.launch({ executablePath: executablePath!, args: launchArguments.nothing });
  });

  afterAll(async () => {
    await browser?.close();
    server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const visit = <T>(path: string, ask: (page: Page) => Promise<T>) =>
    visitAddress(browser, `${server.address}/${path}`, ask, { readConsole: false });
  const call = <K extends keyof ChecksPage>(page: Page, name: K, argument: Parameters<ChecksPage[K]>[0]) =>
    callPage(page, name, argument) as ReturnType<ChecksPage[K]>;

  test.each([
    { kind: "isolated", threads: 1 },
    { kind: "isolated", threads: 2 },
    { kind: "isolated", threads: 3 },
    { kind: "open", threads: 1 },
  ])(
    "every check passes on a page that is $kind, threads: $threads",
    { timeout: 180_000 },
    async ({ kind, threads }) => {
      const result = await visit(`${kind}/checks`, (page) => call(page, "certify", { threads }));
      expect(result.failures).toEqual([]);
      expect(result.threads).toBe(threads);
      expect(result.checks).toBeGreaterThan(100);
    },
  );

  test("the report of an isolated page: as many threads as there are processors unless they are slower, 128-bit vectors", async () => {
    const [report, processors] = await visit("isolated/checks", async (page) => {
      return [await call(page, "report", {}), await page.evaluate(() => navigator.hardwareConcurrency)] as const;
    });
    const most = Math.min(processors, 8);
    const slow = report.fallbacks.find(({ wanted }) => wanted === `${most} threads`);
    if (slow) expect(slow).toMatchObject({ got: "1 thread", why: expect.stringContaining("they are slower") });
    expect(report.threads).toBe(slow ? 1 : most);
    expect(report.device).toMatch(/^WebAssembly, 128-bit SIMD/);
    expect(report.details).toMatchObject({ simd: 128, sharedMemory: true });
    expect(report.details.kernels).toMatch(/128$/);
    expect(report.fallbacks).toContainEqual({
      wanted: "256-bit SIMD",
      got: "128-bit SIMD",
      why: "browsers do not offer it",
    });
    expect(report.fallbacks.some(({ wanted }) => wanted === "several threads")).toBe(false);
  });

  test("the report of a page that is not isolated: one thread, and why", async () => {
    const report = await visit("open/checks", (page) => call(page, "report", {}));
    expect(report.threads).toBe(1);
    expect(report.device).toMatch(/^WebAssembly, 128-bit SIMD/);
    expect(report.details.sharedMemory).toBe(false);
    const fallback = report.fallbacks.find(({ wanted }) => wanted === "several threads");
    expect(fallback).toMatchObject({ got: "1 thread", why: expect.stringContaining("not cross-origin isolated") });
  });

  test("pages use fused kernels, whatever their speed: equal inputs give equal bits", async () => {
    for (const kind of ["isolated", "open"]) {
      const { details } = await visit(`${kind}/checks`, (page) => call(page, "report", {}));
      expect(details.kernels).toBe("relaxed128");
    }
  });

  test("what a page cannot have and asks for by name is an error", async () => {
    await visit("open/checks", async (page) => {
      await expect(call(page, "report", { threads: 2 })).rejects.toThrow("2 threads cannot be had");
      await expect(call(page, "report", { simd: "256" })).rejects.toThrow("256-bit SIMD cannot be had");
    });
  });

  test("eval is not needed: a page that forbids it has threads", async () => {
    const result = await visit("no-eval/checks", (page) => call(page, "certify", { threads: 2 }));
    expect(result).toMatchObject({ failures: [], threads: 2 });
  });

  describe.each(["no-workers", "no-blob-workers"])("a policy that forbids workers (%s)", (kind) => {
    const why = "the page is not allowed to load workers (its Content-Security-Policy must allow worker-src blob:)";

    test("leaves one thread, and the report says why", async () => {
      const report = await visit(`${kind}/checks`, (page) => call(page, "report", {}));
      expect(report.threads).toBe(1);
      expect(report.fallbacks).toContainEqual({ wanted: "several threads", got: "1 thread", why });
    });

    test("makes several threads that were asked for by number an error", async () => {
      await visit(`${kind}/checks`, async (page) => {
        await expect(call(page, "report", { threads: 2 })).rejects.toThrow(`2 threads cannot be had: ${why}.`);
        await expect(call(page, "certify", { threads: 1 })).resolves.toMatchObject({ failures: [], threads: 1 });
      });
    });
  });

  test("a policy that forbids WebAssembly is an error that names what to allow", async () => {
    await visit("no-webassembly/checks", async (page) => {
      await expect(call(page, "report", {})).rejects.toThrow(/script-src 'self' 'wasm-unsafe-eval'.*cpu\(\)/);
    });
  });

  test("pages do not load the 256-bit kernels", async () => {
    const holders = [...server.scripts].filter(([, text]) => text.includes(deflated)).map(([name]) => name);
    expect(holders).toHaveLength(1);
    const loaded = await visit("isolated/checks", async (page) => {
      await call(page, "report", {});
      const entries = await page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name));
      return entries.map((name) => name.split("/").at(-1)!);
    });
    expect(loaded).toContain("checks.js");
    expect(loaded).not.toContain(holders[0]);
  });

  test("threads change no bit of a result", async () => {
    await visit("isolated/checks", async (page) => {
      const alone = await call(page, "bits", 1);
      expect(alone.length).toBeGreaterThan(1000);
      for (const threads of [2, 3]) expect(await call(page, "bits", threads)).toEqual(alone);
    });
  });

  test("a worker that dies is an error, not a hang", async () => {
    const message = await visit("isolated/checks", (page) => call(page, "loseWorker", undefined as never));
    expect(message).toContain("a worker thread stopped answering");
  });

  test.each(["isolated", "open"])("a script tag is all that a page needs (%s)", async (kind) => {
    const { title, requests } = await visit(`${kind}/plain`, async (page) => {
      await page.waitForFunction(() => document.title !== "…");
      const names = await page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name));
      return { title: await page.title(), requests: names };
    });
    expect(title).toBe("wasm 19 22 43 50");
    // No file of kernels or of a worker beside the scripts.
    expect(requests.filter((name) => /^https?:/.test(name) && !name.endsWith(".js"))).toEqual([]);
  });
});
