import { findChromium } from "@heed/tooling/chromium";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { bars } from "../bars.js";
import { heatmap } from "../heatmap.js";
import { toHtml } from "../to-html.js";
import { report } from "./report.js";

const hostile = "</script><img src=x onerror=alert(1)>&\u202e";
const picture = bars({
  groups: ["a", "b"],
  series: [{ name: "BLEU", values: [3, 4] }],
  groupLabel: "system",
  valueLabel: "BLEU",
});
const map = heatmap({ weights: [[1]], source: [hostile], target: ["i"] });
const page = report({
  title: `Report ${hostile}`,
  summary: hostile,
  sections: [
    {
      heading: `Quality ${hostile}`,
      blocks: [
        { kind: "text", text: hostile },
        { kind: "heading", text: hostile },
        { kind: "code", text: `recipe: x\n  name: ${hostile}` },
        { kind: "facts", facts: [["name", hostile]] },
        {
          kind: "table",
          caption: hostile,
          columns: [{ label: "system" }, { label: "BLEU", type: "number" }],
          rows: [
            ["b", { text: "9.5", value: 9.5 }],
            [hostile, { text: "10.5", value: 10.5, strong: true }],
            ["c", "–"],
          ],
        },
        { kind: "figures", figures: [picture] },
        { kind: "details", summary: hostile, blocks: [{ kind: "figures", figures: [map] }] },
      ],
    },
    { heading: "Data", blocks: [] },
  ],
});

describe("the page of a report", () => {
  it("escapes all text, and may load nothing", async () => {
    const html = await toHtml(page);
    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"`);
    expect(html).not.toMatch(/<img|\u202e|<script src|<link|@import|<iframe/);
    expect(html.match(/<\/script/gi)).toHaveLength(1);
  });

  it("links its sections, and holds pictures with their numbers", async () => {
    const html = await toHtml(page);
    expect(html).toContain('<a href="#s2">Data</a>');
    expect(html).toContain('<h2 id="s2">Data</h2>');
    expect(html.match(/<svg/g)).toHaveLength(2);
    expect(html.match(/The numbers as a table/g)).toHaveLength(2);
    expect(html).toContain("recipe: x\n  name: ");
  });

  it("refuses a page without sections, and a row that does not fit its table", () => {
    expect(() => report({ title: "t", sections: [] })).toThrow("report: expected at least one section, got none.");
    const table = { kind: "table", columns: [{ label: "a" }], rows: [["1"], ["1", "2"]] } as const;
    const sections = [{ heading: "h", blocks: [{ kind: "details", summary: "s", blocks: [table] } as const] }];
    expect(() => report({ title: "t", sections })).toThrow(
      'section "h": expected 1 cells in each row of the table, got 2 in row 2.',
    );
  });
});

const executablePath = findChromium();

describe.skipIf(!executablePath)("a report in Chromium (needs one on the PATH, or CHROMIUM_PATH)", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath!, args: ["--no-sandbox", "--disable-gpu"] });
  });
  afterAll(() => browser?.close());

  test.each(["light", "dark"] as const)("sorts tables, and fits a phone: %s", async (colorScheme) => {
    const context = await browser.newContext({ colorScheme, viewport: { width: 360, height: 700 }, offline: true });
    const tab = await context.newPage();
    const faults: string[] = [];
    tab.on("pageerror", ({ message }) => faults.push(message));
    tab.on("console", (message) => faults.push(message.text()));
    tab.on("request", (request) => faults.push(request.url()));
    await tab.setContent(await toHtml(page));
    const column = async (n: number) => tab.locator(`.sortable td:nth-child(${n})`).allTextContents();
    const head = tab.getByRole("columnheader", { name: "BLEU" });
    await head.getByRole("button").click();
    expect(await column(2)).toEqual(["10.5", "9.5", "–"]);
    expect(await head.getAttribute("aria-sort")).toBe("descending");
    await head.getByRole("button").click();
    expect(await column(2)).toEqual(["9.5", "10.5", "–"]);
    await tab.getByRole("columnheader", { name: "system" }).getByRole("button").click();
    expect((await column(1)).slice(1)).toEqual(["b", "c"]);
    expect(await head.getAttribute("aria-sort")).toBeNull();
    expect(await tab.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    expect(faults).toEqual([]);
    await context.close();
  });
});
