import { rmSync } from "node:fs";
import { basename } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { findChromium } from "../browser/chromium.ts";
import { serve } from "../browser/serve.ts";
import { type Bundle, bundlers } from "./bundlers.ts";
import { measurePage } from "./page-size.ts";
import { createSite, type Site, writeModules } from "./site.ts";

const executablePath = findChromium();

/** A page that trains, keeps the run, loads it, and shows how long the translation is. */
const app = `
import { wasm } from "@heed/backend-wasm";
import { use } from "@heed/tensor";
import { attend, loadRun, memoryFileSystem, resolveConfig, train } from "@heed/train";

const data = { task: "copy", symbols: 3, minLength: 1, maxLength: 3, train: 40, validation: 8 };
const training = { epochs: 2, batchSize: 8 };
const fileSystem = memoryFileSystem();

await use(await wasm({ threads: 1 }));
await train({ config: resolveConfig({ recipe: "copy", data, training }), out: "run", fileSystem });
const { source, maps } = await attend(await loadRun("run", { fileSystem }), "a b c");
document.title = ["trained:", ...source, maps.length].join(" ");
`;

/**
 * Rollup reports three comments and a cycle inside zod, whatever imports it. It drops the comments, and the cycle is
 * harmless.
 */
const inZod = /^(INVALID_ANNOTATION|CIRCULAR_DEPENDENCY): (Circular dependency: )?\S*\/node_modules\/zod\//;

let site: Site;
const nameOf = (entry: string): string => `${entry.replaceAll(/[@/]/g, "-").slice(1)}.js`;

beforeAll(async () => {
  site = await createSite();
  const modules = site.entries.map((entry) => [nameOf(entry), `export * from "${entry}";`]);
  await writeModules(site, {
    ...Object.fromEntries(modules),
    "app.js": app,
    "broken.js": 'export const read = async (path) => (await import("node:fs/promises")).readFile(path);',
  });
});

afterAll(() => rmSync(site.folder, { recursive: true, force: true }));

describe.each(Object.entries(bundlers))("%s", (_, bundle) => {
  let whole: Bundle;

  test("bundles every entry for browsers, without warnings, and with nothing left outside", async () => {
    expect(site.entries).toContain("@heed/train");
    expect(site.entries.filter((entry) => entry.endsWith("/node"))).toEqual([]);
    whole = await bundle(site.folder, [...site.entries.map(nameOf), "app.js"]);
    expect(whole.warnings.filter((warning) => !inZod.test(warning))).toEqual([]);
    expect(whole.externals).toEqual([]);
    for (const [name, text] of whole.files) expect(text, name).not.toMatch(/(from|import\()\s*["'`]node:/);
  });

  test("would report a module of Node", async () => {
    const reports = await bundle(site.folder, ["broken.js"]).then(
      ({ warnings, externals }) => [...warnings, ...externals],
      (error: Error) => [error.message],
    );
    expect(reports.join("\n")).toMatch(/node:fs\/promises|__vite-browser-external/);
  });

  test.skipIf(!executablePath)(
    "makes a page that trains in Chromium (needs one on the PATH, or CHROMIUM_PATH)",
    async () => {
      const { address, close } = await serve((path) => ({
        script: whole.files.get(basename(path)),
        page: '<script type="module" src="app.js"></script>',
      }));
      onTestFinished(close);
      const browser: Browser = await chromium.launch({ executablePath: executablePath!, args: ["--no-sandbox"] });
      onTestFinished(() => browser.close());
      const page = await browser.newPage();
      const faults: string[] = [];
      page.on("pageerror", (error) => faults.push(error.message));
      page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
      await page.goto(address);
      await page.waitForFunction(() => document.title !== "…", undefined, { timeout: 20_000 }).catch(() => undefined);
      expect(faults).toEqual([]);
      expect(await page.title()).toBe("trained: a b c 1");
    },
  );
});

test("a page that trains stays small", async () => {
  const { total, parts } = await measurePage();
  // Sizes are the same on every machine. Lower the limit when the page becomes smaller.
  expect(total.gzip, JSON.stringify(parts)).toBeLessThan(166_000);
  expect(parts.reduce((sum, { raw }) => sum + raw, 0)).toBeLessThanOrEqual(total.raw);
  const names = parts.map(({ name }) => name);
  expect(names).toContain("@heed/tensor");
  // The page does not evaluate.
  expect(names).not.toContain("@heed/metrics");
});
