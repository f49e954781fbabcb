import { findChromium } from "@heed/tooling/chromium";
import { type Browser, chromium, type Page as Tab } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toHtml } from "../to-html.js";
import { attentionAnimation } from "./attention-animation.js";
import { attentionExplorer } from "./attention-explorer.js";
import type { Page } from "./page.js";

const executablePath = findChromium();

describe.skipIf(!executablePath)("in Chromium (needs one on the PATH, or CHROMIUM_PATH)", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath!, args: ["--no-sandbox", "--disable-gpu"] });
  });
  afterAll(() => browser?.close());

  /** Opens a page with a clock that stands still, asks it something, and closes it; nothing may fail or be loaded. */
  async function visit<T>(page: Page, ask: (tab: Tab) => Promise<T>, colorScheme: "light" | "dark" = "light") {
    const context = await browser.newContext({ colorScheme, viewport: { width: 1000, height: 700 }, offline: true });
    try {
      const tab = await context.newPage();
      const faults: string[] = [];
      tab.on("pageerror", ({ message }) => faults.push(message));
      tab.on("console", (message) => faults.push(message.text()));
      tab.on("request", (request) => faults.push(request.url()));
      await tab.clock.install();
      await tab.setContent(await toHtml(page));
      const answer = await ask(tab);
      expect(faults).toEqual([]);
      return answer;
    } finally {
      await context.close();
    }
  }

  const texts = (tab: Tab, selector: string) => tab.locator(selector).allTextContents();

  describe("the animation", () => {
    const source = ["나는", "</script><b>", "<eos>"];
    const target = ["i", "drink", "coffee"];
    const first = [
      [0.5, 0.3, 0.2],
      [0.1, 0.9, 0],
      [0, 0, 1],
    ];
    const second = [
      [0.1, 0.1, 0.8],
      [0.3, 0.1, 0.6],
      [1, 0, 0],
    ];
    const one = attentionAnimation({ source, target, maps: [{ label: "attention", weights: first }] });
    const two = attentionAnimation({
      source,
      target,
      maps: [
        { label: "head 1", weights: first },
        { label: "머리 2", weights: second },
      ],
      reference: ["i", "had"],
    });

    /** The heights of the bars in percent, by source word. */
    const bars = (tab: Tab) =>
      tab.evaluate(() =>
        [...document.querySelectorAll(".bars")].map((word) =>
          [...word.children].map((bar) => Number.parseFloat((bar as HTMLElement).style.height)),
        ),
      );
    const written = (tab: Tab) => tab.locator(".target .word:visible").allTextContents();
    const caption = (tab: Tab) => tab.locator(".caption").textContent();

    test("shows the words as they are, and writes those of the target one by one", async () => {
      await visit(one, async (tab) => {
        expect(await texts(tab, ".source .word")).toEqual(source);
        expect(await written(tab)).toEqual(["i"]);
        expect(await bars(tab)).toEqual([[50], [30], [20]]);
        await tab.keyboard.press("ArrowRight");
        expect(await written(tab)).toEqual(["i", "drink"]);
        expect(await bars(tab)).toEqual([[10], [90], [0]]);
        expect(await texts(tab, ".share")).toEqual(["10%", "90%", "0%"]);
        expect(await tab.locator("[aria-current=step]").textContent()).toBe("drink");
        expect(await caption(tab)).toBe("“drink” looks at “</script><b>” 90%, “나는” 10%.");
        expect(await tab.locator(".choice").count()).toBe(0); // nothing to choose
      });
    });

    test("draws a line to each source word that has weight, the thicker the more", async () => {
      await visit(one, async (tab) => {
        const lines = async () =>
          (await tab.locator(".lines path").all()).map((line) =>
            line.evaluate((path: SVGPathElement) => ({
              width: Number(path.getAttribute("stroke-width")),
              from: path.getPointAtLength(0).x,
              to: path.getPointAtLength(path.getTotalLength()).x,
            })),
          );
        const three = await Promise.all(await lines());
        expect(three.map(({ width }) => width)).toEqual([6, 3.6, 2.4]);
        const middles = await tab.evaluate(() => {
          const { left } = document.querySelector(".inner")!.getBoundingClientRect();
          return [...document.querySelectorAll(".source .word, .target .word:not(.unwritten)")].map((word) => {
            const box = word.getBoundingClientRect();
            return box.left + box.width / 2 - left;
          });
        });
        three.forEach(({ from, to }, j) => {
          expect(from).toBeCloseTo(middles[j]!, 0);
          expect(to).toBeCloseTo(middles[3]!, 0);
        });
        await tab.keyboard.press("End");
        expect(await tab.locator(".lines path").count()).toBe(1);
      });
    });

    test("goes by keys, slider, buttons and words, and stops at both ends", async () => {
      await visit(one, async (tab) => {
        const slider = tab.getByRole("slider", { name: "step" });
        await tab.keyboard.press("Home");
        expect(await written(tab)).toEqual([]);
        expect(await caption(tab)).toBe("Nothing is written yet.");
        expect(await tab.getByRole("button", { name: "previous word" }).isDisabled()).toBe(true);
        await tab.keyboard.press("ArrowLeft");
        expect(await slider.inputValue()).toBe("0");
        await slider.fill("3");
        expect(await written(tab)).toEqual(target);
        expect(await slider.getAttribute("aria-valuetext")).toBe("word 3: coffee");
        expect(await tab.getByRole("button", { name: "next word" }).isDisabled()).toBe(true);
        await slider.press("ArrowLeft"); // the slider's own key, once
        expect(await slider.inputValue()).toBe("2");
        await tab.getByRole("button", { name: "i", exact: true }).click();
        expect(await written(tab)).toEqual(["i"]);
        await tab.getByRole("button", { name: "next word" }).click();
        expect(await tab.locator(".counter").textContent()).toBe("2 / 3");
      });
    });

    test("plays to the end, pauses, and begins again", async () => {
      await visit(one, async (tab) => {
        const step = () => tab.locator(".counter").textContent();
        await tab.getByRole("button", { name: "play" }).click();
        expect(await step()).toBe("2 / 3");
        await tab.keyboard.press("p"); // no key of the page
        await tab.getByRole("button", { name: "pause" }).click();
        await tab.clock.runFor(10_000);
        expect(await step()).toBe("2 / 3");
        await tab.locator(".caption").click();
        await tab.keyboard.press("Home");
        await tab.keyboard.press(" ");
        expect(await step()).toBe("1 / 3");
        await tab.clock.runFor(1500);
        expect(await step()).toBe("2 / 3");
        await tab.clock.runFor(1500);
        expect(await step()).toBe("3 / 3");
        expect(await tab.getByRole("button", { name: "play" }).count()).toBe(1); // at the end
        await tab.getByRole("button", { name: "play" }).click();
        expect(await step()).toBe("0 / 3");
      });
    });

    test("shows one head, their mean, or all in colours of their own", async () => {
      await visit(two, async (tab) => {
        expect(await bars(tab)).toEqual([[30], [20], [50]]);
        expect(await caption(tab)).toBe("On average, “i” looks at “<eos>” 50%, “나는” 30%, “</script><b>” 20%.");
        await tab.getByText("머리 2").click();
        expect(await bars(tab)).toEqual([[10], [10], [80]]);
        await tab.keyboard.press("ArrowRight"); // the click left the keys to the page
        expect(await bars(tab)).toEqual([[30], [10], [60]]);
        await tab.getByText("all, in colours").click();
        expect(await bars(tab)).toEqual([
          [10, 30],
          [90, 10],
          [0, 60],
        ]);
        const colors = await tab.evaluate(() =>
          [...document.querySelector(".bars")!.children].map((bar) => getComputedStyle(bar).backgroundColor),
        );
        expect(colors).toEqual(["rgb(0, 114, 178)", "rgb(213, 94, 0)"]);
        expect(await texts(tab, ".share")).toEqual(["20%", "50%", "30%"]);
        expect(await tab.getByText("reference: i had").count()).toBe(1);
      });
    });

    test("has its numbers as a table, of the map that is shown", async () => {
      await visit(two, async (tab) => {
        await tab.getByText("head 1").click();
        await tab.getByText("The numbers as a table").click();
        expect(await tab.locator("caption").textContent()).toBe("head 1");
        expect(await texts(tab, "tbody tr:nth-child(2) > *")).toEqual(["drink", "0.100", "0.900", "0.000"]);
        await tab.getByText("머리 2").click();
        expect(await texts(tab, "tbody tr:nth-child(2) td")).toEqual(["0.300", "0.100", "0.600"]);
      });
    });

    test("is dark where the reader's system is", async () => {
      const paper = (tab: Tab) => tab.evaluate(() => getComputedStyle(document.body).backgroundColor);
      expect(await visit(one, paper, "light")).toBe("rgb(255, 255, 255)");
      expect(await visit(one, paper, "dark")).toBe("rgb(21, 23, 27)");
    });
  });

  describe("the explorer", () => {
    const source = ["나는", "커피를", "<eos>"];
    const target = ["i", "</script>"];
    /** Weights that tell each map from the others. */
    const weights = (rows: number, columns: number, weight: number) =>
      Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => (i === j ? weight : 0)));
    const page = attentionExplorer({
      maps: [
        ...[1, 2].flatMap((layer) =>
          [1, 2, 3].map((head) => ({
            name: "cross" as const,
            layer,
            head,
            rows: target,
            columns: source,
            weights: weights(2, 3, layer / 10 + head / 100),
          })),
        ),
        ...[1, 2].map((head) => ({
          name: "decoder" as const,
          layer: 1,
          head,
          rows: target,
          columns: target,
          weights: weights(2, 2, 1),
        })),
      ],
    });
    const heading = (tab: Tab) => tab.locator(".one h2").textContent();

    test("goes to heads and layers by keys, and stays at the ends", async () => {
      await visit(page, async (tab) => {
        expect(await heading(tab)).toBe("cross-attention, layer 2, head 1"); // the last layer
        for (const key of ["ArrowLeft", "ArrowUp", "ArrowUp"]) await tab.keyboard.press(key);
        expect(await heading(tab)).toBe("cross-attention, layer 1, head 1");
        for (const key of ["ArrowRight", "ArrowRight", "ArrowRight", "ArrowDown"]) await tab.keyboard.press(key);
        expect(await heading(tab)).toBe("cross-attention, layer 2, head 3");
        expect(await tab.locator(".small[aria-pressed=true]").textContent()).toBe("head 3");
        expect(await tab.locator("input[name=layer]:checked").inputValue()).toBe("2");
        expect(await tab.locator("input[name=head]:checked").inputValue()).toBe("3");
      });
    });

    test("opens a small map with a click, and chooses kind, layer and head", async () => {
      await visit(page, async (tab) => {
        expect(await texts(tab, ".small")).toEqual(["head 1", "head 2", "head 3"]);
        await tab.locator(".small").nth(2).click();
        expect(await heading(tab)).toBe("cross-attention, layer 2, head 3");
        await tab.getByRole("group", { name: "layer", exact: true }).getByText("1").click();
        expect(await heading(tab)).toBe("cross-attention, layer 1, head 3");
        await tab.getByText("decoder self-attention").click(); // which has no layer 2 and no head 3
        expect(await heading(tab)).toBe("decoder self-attention, layer 1, head 2");
        expect(await texts(tab, ".small")).toEqual(["head 1", "head 2"]);
        expect(await tab.locator("input[name=layer]").count()).toBe(1);
        await tab.keyboard.press("ArrowLeft");
        expect(await heading(tab)).toBe("decoder self-attention, layer 1, head 1");
      });
    });

    test("tells the weight below the pointer, with its two tokens", async () => {
      await visit(page, async (tab) => {
        await tab.keyboard.press("ArrowDown");
        const cell = tab.locator(".big g rect").nth(4); // the second row and column
        expect(await cell.getAttribute("fill")).toMatch(/^#[0-9a-f]{6}$/);
        await cell.hover();
        expect(await tab.locator(".tip").textContent()).toBe("0.210 </script> → 커피를");
        expect(await texts(tab, ".marked")).toEqual(["커피를", "</script>"]);
        await tab.mouse.move(1, 1);
        expect(await tab.locator(".tip").isVisible()).toBe(false);
      });
    });

    test("draws one cell a weight, and stretches the colours when asked", async () => {
      await visit(page, async (tab) => {
        const fills = () =>
          tab.locator(".big g rect").evaluateAll((cells) => cells.map((cell) => cell.getAttribute("fill")));
        const before = await fills();
        expect(before).toHaveLength(6);
        expect(before[1]).toBe("#440154"); // weight 0
        await tab.getByText("colours up to the largest weight").click();
        expect(await tab.locator(".legend").textContent()).toContain("0.23"); // that of head 3
        await tab.keyboard.press("ArrowRight");
        await tab.keyboard.press("ArrowRight");
        expect((await fills())[0]).toBe("#fde725");
        const pixel = await tab
          .locator(".small canvas")
          .nth(2)
          .evaluate((canvas: HTMLCanvasElement) => [...canvas.getContext("2d")!.getImageData(1, 1, 1, 1).data]);
        expect(pixel).toEqual([0xfd, 0xe7, 0x25, 255]);
      });
    });

    test("has the numbers of the map that is shown as a table", async () => {
      await visit(page, async (tab) => {
        await tab.getByText("The numbers as a table").click();
        await tab.keyboard.press("ArrowRight");
        expect(await tab.locator("caption").textContent()).toBe("cross-attention, layer 2, head 2");
        expect(await texts(tab, "thead th")).toEqual(source);
        expect(await texts(tab, "tbody tr:last-child > *")).toEqual(["</script>", "0.000", "0.220", "0.000"]);
      });
    });
  });
});
