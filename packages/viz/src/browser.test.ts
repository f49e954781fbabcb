import { gzipSync } from "node:zlib";
import { findChromium } from "@heed/tooling/chromium";
import { type Browser, chromium, type Page as Tab } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundle } from "../testing/bundle.js";
import { type ChecksPage, checks } from "../testing/checks-page.js";
import { heatmap } from "./heatmap.js";
import { heatmapSvg } from "./light.js";
import { toHtml } from "./to-html.js";
import { toSvg } from "./to-svg.js";

const executablePath = findChromium();
const heatmapOptions = {
  weights: [
    [0.9, 0.1],
    [0.2, 0.8],
  ],
  source: ["나는", "</title><b>"],
  target: ["i", "drink"],
  title: "A & B",
};

test("the light entry is small, and stands alone", async () => {
  const script = await bundle("src/light.ts", "esm");
  expect(gzipSync(script, { level: 9 }).length).toBeLessThan(6_000);
  expect(script).not.toMatch(/\bimport\b|\beval\b|new Function/);
});

describe.skipIf(!executablePath)("in Chromium (needs one on the PATH, or CHROMIUM_PATH)", () => {
  let browser: Browser;
  let script: string;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath!, args: ["--no-sandbox", "--disable-gpu"] });
    script = (await bundle("testing/checks-page.ts", "iife")).replaceAll("</script", "<\\/script");
  });
  afterAll(() => browser?.close());

  /** Opens a document, asks it something, and closes it; nothing may fail, be loaded or break a policy. */
  async function visit<T>(html: string, ask: (tab: Tab) => Promise<T>): Promise<T> {
    const context = await browser.newContext({ offline: true });
    try {
      const tab = await context.newPage();
      const faults: string[] = [];
      tab.on("pageerror", ({ message }) => faults.push(message));
      tab.on("console", (message) => faults.push(message.text()));
      tab.on("request", (request) => faults.push(request.url()));
      await tab.setContent(html);
      const answer = await ask(tab);
      expect(faults).toEqual([]);
      return answer;
    } finally {
      await context.close();
    }
  }

  /** A page that may run its own script, and nothing made from text. What a test evaluates is not bound by that. */
  const strict = () => `<!doctype html><meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'">
    <body><script>
      ${script}
      var drawn = checks.figures();
      try { new Function("return 1"); } catch ({ name }) { var refusal = name; }
    </script></body>`;

  /** What a picture shows: its elements in order, with colours and words. Lengths of words differ by a canvas. */
  const content = (svg: string) => svg.match(/<\w+|(?:fill|stroke|stop-color|class)="[^"]*"|>[^<]+/g);

  describe("on a page that forbids eval", () => {
    test("figures of every kind are drawn, as in Node", async () => {
      const { drawn, refusal } = await visit(strict(), (tab) =>
        tab.evaluate(async () => {
          const page = globalThis as unknown as { drawn: ReturnType<ChecksPage["figures"]>; refusal: string };
          return { drawn: await page.drawn, refusal: page.refusal };
        }),
      );
      expect(refusal).toBe("EvalError");
      expect(Object.keys(drawn).sort()).toEqual(["bars", "curve", "heatmap", "heatmap-grid", "matrix"]);
      const inNode = await checks.figures();
      for (const [kind, svg] of Object.entries(drawn)) expect(content(svg), kind).toEqual(content(inNode[kind]!));
    });

    test("a light heatmap is drawn as in Node, and a page can attach handlers to its cells", async () => {
      const { svg, found } = await visit(strict(), (tab) =>
        tab.evaluate((options) => {
          const svg = (globalThis as unknown as { checks: ChecksPage }).checks.heatmapSvg(options);
          document.body.innerHTML = svg;
          const clicked: string[] = [];
          document.body.addEventListener("click", ({ target }) => {
            const cell = (target as Element).closest<SVGElement>("rect[data-row]");
            if (cell) clicked.push(`${cell.dataset.row} ${cell.dataset.column} ${cell.textContent}`);
          });
          for (const cell of document.querySelectorAll("rect[data-row]")) {
            const { left, top, width, height } = cell.getBoundingClientRect();
            const [x, y] = [left + width / 2, top + height / 2];
            document.elementFromPoint(x, y)!.dispatchEvent(new MouseEvent("click", { bubbles: true }));
          }
          const xml = new DOMParser().parseFromString(svg, "image/svg+xml");
          const wellFormed = xml.querySelector("parsererror") === null;
          const row = [...document.querySelectorAll('[data-row="1"]')].map(({ tagName }) => tagName);
          return { svg, found: { clicked, wellFormed, row } };
        }, heatmapOptions),
      );
      expect(svg).toBe(heatmapSvg(heatmapOptions));
      expect(found).toEqual({
        wellFormed: true,
        clicked: [
          "0 0 i → 나는: 0.900",
          "0 1 i → </title><b>: 0.100",
          "1 0 drink → 나는: 0.200",
          "1 1 drink → </title><b>: 0.800",
        ],
        row: ["rect", "rect", "text"], // two cells and the label of the row
      });
    });
  });

  test("a light heatmap has its words and cells where heatmap has them", async () => {
    const many = Array.from({ length: 20 }, (_, i) => `token${i}`);
    const options = [
      { ...heatmapOptions, title: "a title that takes several lines beside so few cells", reference: ["i", "drink"] },
      { weights: [[0.4, 0.6]], source: ["a", "b"], target: ["x"] },
      { weights: many.map(() => many.map(() => 0.5)), source: many, target: many },
    ];
    for (const each of options) {
      /** Left, top, right and bottom of each word, then of each cell. */
      const boxes = (svg: string, cells: string) =>
        visit(`<!doctype html><meta charset="utf-8">${svg}`, (tab) =>
          tab.evaluate((selector) => {
            const words = [...document.querySelectorAll("text, tspan")].filter(
              (word) => word.textContent !== "" && !word.querySelector("tspan"),
            );
            const found = [...words, ...document.querySelectorAll(selector)].map((shape) => {
              const { left, top, right, bottom } = shape.getBoundingClientRect();
              return {
                word: shape.firstChild?.nodeName === "#text" ? shape.firstChild.nodeValue : "",
                box: [left, top, right, bottom],
              };
            });
            const key = ({ word, box }: (typeof found)[number]) =>
              `${word} ${box.map((side) => 10_000 + Math.round(side))}`;
            return found.sort((a, b) => (key(a) < key(b) ? -1 : 1)).map(({ box }) => box);
          }, cells),
        );
      const light = await boxes(heatmapSvg(each), "rect[data-row]");
      const vega = await boxes(await toSvg(heatmap(each)), ".cells path");
      expect(light.length).toBe(vega.length);
      const distances = light.map((box, k) => Math.max(...box.map((side, i) => Math.abs(side - vega[k]![i]!))));
      expect(Math.max(...distances)).toBeLessThan(1); // pixels: Vega rounds some places
    }
  });

  test("the page of a figure is drawn under its own policy, which allows no script", async () => {
    const html = await toHtml(heatmap(heatmapOptions));
    const shown = await visit(html, (tab) =>
      tab.evaluate(() => {
        const { width } = document.querySelector("svg .cells path")!.getBoundingClientRect();
        return { width, margin: getComputedStyle(document.body).margin };
      }),
    );
    expect(shown.width).toBeGreaterThan(30);
    expect(shown.margin).toBe("24px"); // its style is allowed
  });
});
