import type { Figure } from "./figure.js";
import { FigureError } from "./figure-error.js";
import { missingGlyphs } from "./missing-glyphs.js";
import { type LookOptions, lookOf } from "./style.js";
import { drawSvg } from "./to-svg.js";

/** How `toPng` draws. */
export interface PngOptions extends LookOptions {
  /** Pixels for each unit of the SVG; 2 by default. */
  readonly scale?: number;
  /**
   * Fonts (TTF, OTF, TTC or WOFF2), at least one. `toPng` of `@heed/viz/node` has one with Hangul and Latin, and finds fonts
   * for other scripts on the system.
   */
  readonly fonts?: readonly Uint8Array[];
  /** Called with a message that names the scripts that no font has; default: `console.warn`. */
  readonly onWarning?: (message: string) => void;
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
/** The font of the text: the first one given, and for what it lacks the others. */
const ANY_FONT = "sans-serif";
/** A code point for private use that no font of text draws. */
const UNDRAWABLE = "\u{10fffd}";

let ready: Promise<typeof import("@resvg/resvg-wasm")> | undefined;

/**
 * Draws a figure as a PNG image with the given fonts alone.
 *
 * A character that no font has is drawn as `□`, and `onWarning` is called.
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
  return await drawPng(figure, options, { first: async () => ({ fontBuffers: [...fonts] }) });
}

/** The fonts of a PNG. Declared here because the types of `@resvg/resvg-wasm` need those of the DOM. */
interface PngFonts {
  readonly fontBuffers: Uint8Array[];
  readonly defaultFontFamily?: string;
  readonly sansSerifFamily?: string;
}

/** Where the fonts of a PNG come from. */
interface FontSource {
  /** Returns the fonts for a text. */
  first(text: string): Promise<PngFonts>;
  /** Finds fonts for the characters that the first ones lack. */
  more?(missing: readonly string[]): Promise<Uint8Array[]>;
}

/** Draws a PNG. */
export async function drawPng(
  figure: Figure,
  { scale = 2, wasm, onWarning = (message) => console.warn(message), ...look }: PngOptions,
  source: FontSource,
): Promise<Uint8Array> {
  if (!(scale > 0 && Number.isFinite(scale))) {
    throw new FigureError(`toPng: scale must be a positive number, got ${scale}.`);
  }
  const svg = await drawSvg(figure, lookOf(look, ANY_FONT));
  const { Resvg } = await load(wasm);
  let font = await source.first(svg + NO_GLYPH);
  const undrawableIn = (text: string) => undrawable(text, (probe) => new Resvg(probe, { font }).toString());
  let lacking = undrawableIn(textOf(svg));
  const wanted = [...lacking].filter((character) => !SPACE_MARKS.has(character));
  const more = wanted.length === 0 ? [] : ((await source.more?.(wanted)) ?? []);
  if (more.length > 0) {
    font = { ...font, fontBuffers: [...font.fontBuffers, ...more] };
    lacking = undrawableIn(textOf(svg));
  }
  const missing = wanted.filter((character) => lacking.has(character));
  if (missing.length > 0) onWarning(missingGlyphs(missing));
  // One such character in a text makes resvg skip the other fonts for the rest of that text.
  const drawable = svg.replace(/[^\0-~]/gu, (character) =>
    lacking.has(character) ? (SPACE_MARKS.get(character) ?? NO_GLYPH) : character,
  );
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

/** The text of an SVG: no names, descriptions and tags, which are not drawn. */
function textOf(svg: string): string {
  return svg.replace(/<(title|desc)>[^<]*<\/\1>|<[^>]*>/g, "");
}

/**
 * Returns the characters of a text that no font has: each is drawn alone, and compared with a character that certainly has
 * no glyph.
 */
function undrawable(text: string, outlines: (svg: string) => string): Set<string> {
  const characters = [...new Set(text)].filter((character) => character > "~");
  if (characters.length === 0) return new Set();
  // The last sample only closes the one before it, so that all are followed by the same text.
  const samples = [UNDRAWABLE, ...characters, UNDRAWABLE].map(
    (character) => `<g id="sample"><text font-size="10" font-family="${ANY_FONT}">${character}</text></g>`,
  );
  const drawn = outlines(`<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10">${samples.join("")}</svg>`);
  const [, none, ...each] = drawn.split('<g id="sample"');
  return new Set(characters.filter((_, i) => each[i] === none));
}
