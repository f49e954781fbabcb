import { readFile, rm } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { describe, expect, onTestFinished, test } from "vitest";
import { findChromium } from "../browser/chromium.ts";
import { serve } from "../browser/serve.ts";
import { readExamples } from "../scripts/readme-examples.ts";
import { type Bundle, bundlers } from "./bundlers.ts";
import { createSite, writeModules } from "./site.ts";

const executablePath = findChromium();
const readme = fileURLToPath(new URL("../../README.md", import.meta.url));

describe.each(Object.entries(bundlers))("%s", (name, bundle) => {
  /** Bundles the page of the README, and its worker. Vite finds the worker itself. */
  async function bundlePage(): Promise<Bundle> {
    const { examples } = readExamples(await readFile(readme, "utf8"));
    const modules = examples.flatMap(({ file, code, browser }) => (browser && file ? [[file, code] as const] : []));
    expect(modules.map(([file]) => file).sort()).toEqual(["page.js", "worker.js"]);
    const site = await createSite();
    onTestFinished(() => rm(site.folder, { recursive: true, force: true }));
    await writeModules(site, Object.fromEntries(modules));
    return await bundle(site.folder, name === "Vite" ? ["page.js"] : ["page.js", "worker.js"]);
  }

  test.skipIf(!executablePath)(
    "the page of the README trains in a worker and draws attention (needs Chromium on the PATH, or CHROMIUM_PATH)",
    async () => {
      const { files, externals } = await bundlePage();
      expect(externals).toEqual([]);
      const { address, close } = await serve((path) => ({
        script: files.get(basename(path)),
        page: '<script type="module" src="page.js"></script>',
      }));
      onTestFinished(close);
      const browser = await chromium.launch({ executablePath: executablePath!, args: ["--no-sandbox"] });
      onTestFinished(() => browser.close());
      const page = await browser.newPage();
      const faults: string[] = [];
      page.on("pageerror", (error) => faults.push(error.message));
      page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
      await page.addInitScript(() => {
        globalThis.Worker = class extends Worker {
          constructor(address: string | URL, options?: WorkerOptions) {
            super(address, options);
            // Only what `attend` returns has `maps`; the last message is what `translate` returns.
            this.addEventListener("message", ({ data }) => document.body.classList.toggle("done", !("maps" in data)));
          }
        };
      });
      await page.goto(address);
      await page
        .waitForFunction(() => document.title === "I go", undefined, { timeout: 40_000 })
        .catch(() => undefined);
      expect(faults).toEqual([]);
      expect(await page.title()).toBe("I go");
      // A row for each word of the translation, and one for its end.
      expect(await page.locator("svg rect[data-row]").count()).toBe(6);
      expect(await page.locator("svg text[data-column]").allTextContents()).toEqual(["나는", "간다"]);
      const kept = await page.evaluate(async () => {
        const runs = await (await navigator.storage.getDirectory()).getDirectoryHandle("runs");
        const run = await runs.getDirectoryHandle("ko-en");
        return (await (await run.getFileHandle("model.safetensors")).getFile()).size;
      });
      expect(kept).toBeGreaterThan(1000);
    },
  );
});
