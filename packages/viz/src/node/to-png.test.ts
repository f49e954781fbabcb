import { describe, expect, it } from "vitest";
import { FigureError } from "../figure-error.js";
import { heatmap } from "../heatmap.js";
import { toPng } from "./to-png.js";

type Size = { width: number; height: number; padding: Record<"left" | "right" | "top" | "bottom", number> };
const figure = (token: string) => heatmap({ weights: [[0.5]], source: [token], target: ["x"] });
const size = (png: Uint8Array) => {
  const view = new DataView(png.buffer, png.byteOffset);
  return [view.getUint32(16), view.getUint32(20)];
};

describe("toPng", () => {
  it("draws a PNG of the figure's size times the scale", async () => {
    const { width, height, padding } = figure("a").spec as Size;
    const [one, three] = [await toPng(figure("a"), { scale: 1 }), await toPng(figure("a"), { scale: 3 })];
    expect([...one.slice(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    const [w, h] = size(one);
    expect(Math.abs(w! - (width + padding.left + padding.right))).toBeLessThanOrEqual(1);
    expect(Math.abs(h! - (height + padding.top + padding.bottom))).toBeLessThanOrEqual(1);
    expect(Math.abs(size(three)[0]! - 3 * w!)).toBeLessThanOrEqual(3);
  });

  it("has a glyph of its own for each Hangul syllable, common or rare", async () => {
    const pictures = await Promise.all(["한", "글", "뷁", "힣", "중"].map((token) => toPng(figure(token))));
    const box = await toPng(figure("😀")); // no text font has it
    const distinct = new Set([...pictures, box].map((png) => Buffer.from(png).toString("base64")));
    expect(distinct.size).toBe(pictures.length + 1);
  });

  it("draws the same Hangul composed and decomposed", async () => {
    expect(await toPng(figure("한"))).toEqual(await toPng(figure("\u1112\u1161\u11ab")));
  });

  it("draws a box for a character without a glyph, and the rest of the token as it is", async () => {
    expect(await toPng(figure("😀한"))).toEqual(await toPng(figure("□한")));
    expect(await toPng(figure("▁한"))).toEqual(await toPng(figure("_한")));
  });

  it("refuses a scale that is no size, and an image beyond all bounds", async () => {
    await expect(toPng(figure("a"), { scale: 0 })).rejects.toThrow(/scale must be a positive number, got 0/);
    await expect(toPng(figure("a"), { scale: 500 })).rejects.toThrow(/at most 16384/);
    await expect(toPng(figure("a"), { scale: 500 })).rejects.toThrow(FigureError);
  });
});
