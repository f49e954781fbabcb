import { inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { FigureError } from "../figure-error.js";
import { figureSpec } from "../figure-spec.js";
import { heatmap } from "../heatmap.js";
import { type LookOptions, lookOf } from "../style.js";
import { toPng } from "./to-png.js";

/** The first pixel of a PNG whose first line has no filter, or is filtered by nothing that a first pixel depends on. */
function pixel(png: Uint8Array): number[] {
  const chunks: Uint8Array[] = [];
  const view = new DataView(png.buffer, png.byteOffset);
  for (let at = 8; at < png.length; ) {
    const length = view.getUint32(at);
    if (new TextDecoder().decode(png.subarray(at + 4, at + 8)) === "IDAT")
      chunks.push(png.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  return [...inflateSync(Buffer.concat(chunks)).subarray(1, 5)];
}

type Size = { width: number; height: number; padding: Record<"left" | "right" | "top" | "bottom", number> };
const figure = (token: string) => heatmap({ weights: [[0.5]], source: [token], target: ["x"] });
/** Without the fonts of the machine. */
const quiet = { fontFolders: [], onWarning: () => {} };
const size = (png: Uint8Array) => {
  const view = new DataView(png.buffer, png.byteOffset);
  return [view.getUint32(16), view.getUint32(20)];
};

describe("toPng", () => {
  it("draws a PNG of the figure's size times the scale", async () => {
    const { width, height, padding } = figureSpec(figure("a"), lookOf({})) as Size;
    const [one, three] = [await toPng(figure("a"), { scale: 1 }), await toPng(figure("a"), { scale: 3 })];
    expect([...one.slice(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    const [w, h] = size(one);
    expect(Math.abs(w! - (width + padding.left + padding.right))).toBeLessThanOrEqual(1);
    expect(Math.abs(h! - (height + padding.top + padding.bottom))).toBeLessThanOrEqual(1);
    expect(Math.abs(size(three)[0]! - 3 * w!)).toBeLessThanOrEqual(3);
  });

  it("has a glyph of its own for each Hangul syllable, common or rare", async () => {
    const pictures = await Promise.all(["한", "글", "뷁", "힣", "중"].map((token) => toPng(figure(token))));
    const box = await toPng(figure("😀"), quiet); // no text font has it
    const distinct = new Set([...pictures, box].map((png) => Buffer.from(png).toString("base64")));
    expect(distinct.size).toBe(pictures.length + 1);
  });

  it("draws the same Hangul composed and decomposed", async () => {
    expect(await toPng(figure("한"))).toEqual(await toPng(figure("\u1112\u1161\u11ab")));
  });

  it("draws a box for a character without a glyph, and the rest of the token as it is", async () => {
    expect(await toPng(figure("😀한"), quiet)).toEqual(await toPng(figure("□한")));
    expect(await toPng(figure("▁한"))).toEqual(await toPng(figure("_한")));
  });

  it("names the scripts that no font has", async () => {
    const messages: string[] = [];
    await toPng(figure("नमस्ते 😀 привет"), { fontFolders: [], onWarning: (message) => messages.push(message) });
    expect(messages).toEqual([
      expect.stringMatching(
        /^No font has \d Devanagari characters \(न .*\), 1 emoji character \(😀\), 6 Cyrillic .*□\./,
      ),
    ]);
    expect(messages[0]).toMatch(/Install a font for Devanagari, Cyrillic, or give the file of one\.$/);
    await toPng(figure("▁a␣é한"), { fontFolders: [], onWarning: (message) => messages.push(message) });
    expect(messages).toHaveLength(1);
  });

  it("draws on the paper of the theme, or on none", async () => {
    const corner = async (look: LookOptions) => pixel(await toPng(figure("a"), look));
    expect([await corner({}), await corner({ theme: "dark" }), await corner({ background: "transparent" })]).toEqual([
      [255, 255, 255, 255],
      [0x15, 0x17, 0x1b, 255],
      [0, 0, 0, 0],
    ]);
  });

  it("refuses a scale that is no size, and an image beyond all bounds", async () => {
    await expect(toPng(figure("a"), { scale: 0 })).rejects.toThrow(/scale must be a positive number, got 0/);
    await expect(toPng(figure("a"), { scale: 500 })).rejects.toThrow(/at most 16384/);
    await expect(toPng(figure("a"), { scale: 500 })).rejects.toThrow(FigureError);
  });
});
