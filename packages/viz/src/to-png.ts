import type { Figure } from "./figure.js";
import { FigureError } from "./figure-error.js";
import { toSvg } from "./to-svg.js";

/** How `toPng` draws. */
export interface PngOptions {
  /** Pixels for each unit of the SVG; 2 by default. */
  readonly scale?: number;
  /**
   * Fonts (TTF, OTF or WOFF2), at least one. `toPng` of `@heed/viz/node` has one with Hangul and Latin, but no Chinese,
   * Japanese, Greek or Cyrillic: add fonts for other characters.
   */
  readonly fonts?: readonly Uint8Array[];
  /**
   * `@resvg/resvg-wasm/index_bg.wasm`: its address, response or bytes. The first call must have it; later ones
   * ignore it. `toPng` of `@heed/viz/node` finds it itself.
   */
  readonly wasm?: WasmFile | Promise<WasmFile>;
}

/** A WebAssembly file: its address, its bytes, or a `Response` that brings them. */
export type WasmFile = string | ArrayBuffer | Uint8Array<ArrayBuffer> | { arrayBuffer(): Promise<ArrayBuffer> };

const MAX_SIDE = 16_384;
/** The file that `wasm` is. */
export const RESVG_WASM = "@resvg/resvg-wasm/index_bg.wasm";
/** Marks of spaces in tokens, which few fonts have. */
const SPACE_MARKS = new Map([
  ["␣", "_"],
  ["▁", "_"],
]);
const NO_GLYPH = "□";
/** A code point for private use that no font of text draws. */
const UNDRAWABLE = "\u{10fffd}";

let ready: Promise<typeof import("@resvg/resvg-wasm")> | undefined;

/**
 * Draws a figure as a PNG image, on white, with the given fonts alone.
 *
 * A character that no font has is drawn as `□`.
 *
 * @throws FigureError when `scale` is not a positive number or the image would be larger than 16,384 pixels on a side,
 *   or when `wasm` or `fonts` is missing.
 */
export async function toPng(figure: Figure, options: PngOptions = {}): Promise<Uint8Array> {
  const { fonts = [], wasm } = options;
  if (fonts.length === 0 || (wasm === undefined && ready === undefined)) {
    throw new FigureError(
      `toPng: expected \`wasm\` (the file ${RESVG_WASM}) and at least one font in \`fonts\`. In Node, import toPng from "@heed/viz/node", which has both.`,
    );
  }
  return await drawPng(figure, options, async () => ({ fontBuffers: [...fonts] }));
}

/** The fonts of a PNG. Declared here because the types of `@resvg/resvg-wasm` need those of the DOM. */
interface PngFonts {
  readonly fontBuffers: Uint8Array[];
  readonly defaultFontFamily?: string;
  readonly sansSerifFamily?: string;
}

/** Draws a PNG with the fonts that `fontsFor` returns for a text. */
export async function drawPng(
  figure: Figure,
  { scale = 2, wasm }: PngOptions,
  fontsFor: (text: string) => Promise<PngFonts>,
): Promise<Uint8Array> {
  if (!(scale > 0 && Number.isFinite(scale))) {
    throw new FigureError(`toPng: scale must be a positive number, got ${scale}.`);
  }
  const svg = await toSvg(figure);
  const { Resvg } = await load(wasm);
  const font = await fontsFor(svg + NO_GLYPH);
  const drawable = replaceUndrawable(svg, (probe) => new Resvg(probe, { font }).toString());
  const image = new Resvg(drawable, { font, fitTo: { mode: "zoom", value: scale } });
  const side = Math.max(image.width, image.height) * scale;
  if (side > MAX_SIDE) {
    throw new FigureError(
      `toPng: the image would be ${Math.round(side)} pixels on a side, at most ${MAX_SIDE} can be drawn; use a smaller scale, or SVG.`,
    );
  }
  const rendered = image.render();
  try {
    return rendered.asPng();
  } finally {
    rendered.free();
    image.free();
  }
}

function load(wasm: PngOptions["wasm"]): Promise<typeof import("@resvg/resvg-wasm")> {
  ready ??= import("@resvg/resvg-wasm").then(async (resvg) => {
    try {
      const file = await wasm!;
      await resvg.initWasm(typeof file === "object" && "arrayBuffer" in file ? file.arrayBuffer() : file);
    } catch (error) {
      // The host program may use resvg as well; its module is as good as ours.
      if (!String(error).includes("Already initialized")) throw error;
    }
    return resvg;
  });
  ready.catch(() => {
    ready = undefined; // so that a later call can try again
  });
  return ready;
}

/**
 * Replaces the characters that no font has: one of them in a text makes resvg give up on the other fonts for the rest of
 * that text. They are found by drawing each alone, and comparing with a character that certainly has no glyph.
 */
function replaceUndrawable(svg: string, outlines: (svg: string) => string): string {
  const text = [...new Set(svg.replace(/<[^>]*>/g, ""))].filter((character) => character > "~");
  if (text.length === 0) return svg;
  // The last sample only closes the one before it, so that all are followed by the same text.
  const samples = [UNDRAWABLE, ...text, UNDRAWABLE].map(
    (character) => `<g id="sample"><text font-size="10" font-family="sans-serif">${character}</text></g>`,
  );
  const drawn = outlines(`<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10">${samples.join("")}</svg>`);
  const [, none, ...each] = drawn.split('<g id="sample"');
  const undrawable = new Set(text.filter((_, i) => each[i] === none));
  return svg.replace(/[^\0-~]/gu, (character) =>
    undrawable.has(character) ? (SPACE_MARKS.get(character) ?? NO_GLYPH) : character,
  );
}
