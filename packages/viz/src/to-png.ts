import type { CustomFontsOptions } from "@resvg/resvg-wasm";
import type { Figure } from "./figure.js";
import { FigureError } from "./figure-error.js";
import { BUNDLED_FAMILY, bundledFonts, readPackageFile } from "./png-fonts.js";
import { toSvg } from "./to-svg.js";

/** How `toPng` draws. */
export interface PngOptions {
  /** Pixels for each unit of the SVG; 2 by default. */
  readonly scale?: number;
  /**
   * More fonts (TTF, OTF or WOFF2), for characters that the bundled one lacks: it has Hangul and Latin, but no
   * Chinese, Japanese, Greek or Cyrillic. Outside Node no font is bundled, and at least one is required.
   */
  readonly fonts?: readonly Uint8Array[];
  /** `@resvg/resvg-wasm/index_bg.wasm`. Required outside Node; the first call decides. */
  readonly wasm?: WasmFile | Promise<WasmFile>;
}

/** A WebAssembly file: its address, its bytes, or a `Response` that brings them. */
export type WasmFile = string | ArrayBuffer | Uint8Array<ArrayBuffer> | { arrayBuffer(): Promise<ArrayBuffer> };

const MAX_SIDE = 16_384;
const RESVG_WASM = "@resvg/resvg-wasm/index_bg.wasm";
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
 * Draws a figure as a PNG image, on white; needs no font on the machine.
 *
 * A character that no font has is drawn as `□`.
 *
 * @throws FigureError when `scale` is not a positive number or the image would be larger than 16,384 pixels on a side,
 *   or, outside Node, when `wasm` or `fonts` is missing.
 */
export async function toPng(figure: Figure, options: PngOptions = {}): Promise<Uint8Array> {
  const { scale = 2, fonts = [] } = options;
  if (!(scale > 0 && Number.isFinite(scale))) {
    throw new FigureError(`toPng: scale must be a positive number, got ${scale}.`);
  }
  const inNode = typeof process !== "undefined" && process.versions?.node !== undefined;
  if (!inNode && (fonts.length === 0 || (options.wasm === undefined && ready === undefined))) {
    throw new FigureError(
      `toPng: outside Node, give \`wasm\` (the file ${RESVG_WASM}) and at least one font in \`fonts\`.`,
    );
  }
  const svg = await toSvg(figure);
  const { Resvg } = await load(options.wasm);
  const font: CustomFontsOptions = {
    fontBuffers: [...(inNode ? await bundledFonts(svg + NO_GLYPH) : []), ...fonts],
    ...(inNode ? { defaultFontFamily: BUNDLED_FAMILY, sansSerifFamily: BUNDLED_FAMILY } : {}),
  };
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
      const file = (await wasm) ?? (await readPackageFile(RESVG_WASM));
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
