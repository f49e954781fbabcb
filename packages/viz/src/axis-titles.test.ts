import { array, assert, asyncProperty, constantFrom, double, property, string } from "fast-check";
import { expect, it } from "vitest";
import { curve } from "./curve.js";
import { figureSpec } from "./figure-spec.js";
import { readHeatmap } from "./heatmap-content.js";
import { heatmapLayout } from "./heatmap-layout.js";
import { lookOf } from "./style.js";
import { textWidth } from "./text.js";
import { toSvg } from "./to-svg.js";

it("keeps the title of the vertical axis of a curve off its numbers", async () => {
  const magnitude = double({ min: 1e-9, max: 1e9, noNaN: true });
  const scale = constantFrom("linear" as const, "log" as const);
  await assert(
    asyncProperty(magnitude, magnitude, scale, async (first, last, yScale) => {
      const points = [
        { x: 1, y: first },
        { x: 2, y: last },
      ];
      const figure = curve({ series: [{ name: "a", points }], xLabel: "epoch", yLabel: "loss", yScale });
      const [vertical] = figureSpec(figure, lookOf({})).axes!;
      const svg = await toSvg(figure);
      const numbers = [...svg.matchAll(/<text text-anchor="end"[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text!);
      expect(numbers.length).toBeGreaterThan(1);
      const reach = 5 + Math.max(...numbers.map((text) => textWidth(text, 11)));
      expect(-Number(vertical!.titleX)).toBeGreaterThanOrEqual(reach);
    }),
    { numRuns: 60 },
  );
});

it("keeps the titles of the sides of a heatmap off long labels", () => {
  const token = string({ unit: "grapheme", minLength: 1, maxLength: 60 });
  assert(
    property(array(token, { minLength: 1, maxLength: 6 }), (tokens) => {
      const weights = tokens.map((_, i) => tokens.map((_, j) => (i === j ? 1 : 0)));
      const { labels, padding } = heatmapLayout(readHeatmap("test", { weights, source: tokens, target: tokens }));
      const rise = (text: string) =>
        labels.slanted ? textWidth(text, labels.fontSize) * Math.SQRT1_2 : labels.fontSize;
      // The title of the columns stands 8 pixels above `top`, that of the rows within the first 28 pixels.
      expect(labels.top).toBeGreaterThanOrEqual(Math.max(...labels.across.map(rise)));
      const widest = Math.max(...labels.down.map((text) => textWidth(text, labels.fontSize)));
      expect(padding.left - widest).toBeGreaterThanOrEqual(28);
    }),
  );
});
