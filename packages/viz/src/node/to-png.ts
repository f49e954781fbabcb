import type { Figure } from "../figure.js";
import { drawPng, type PngOptions, RESVG_WASM } from "../to-png.js";
import { BUNDLED_FAMILY, bundledFonts, readPackageFile } from "./png-fonts.js";

/**
 * `toPng` of `@heed/viz` with a font of its own, Gowun Dodum: it has Hangul and Latin, and needs no font on the machine.
 * `fonts` adds others.
 *
 * @throws FigureError when `scale` is not a positive number or the image would be larger than 16,384 pixels on a side.
 * @example
 * await writeFile("attention.png", await toPng(figure));
 */
export async function toPng(figure: Figure, options: PngOptions = {}): Promise<Uint8Array> {
  const { fonts = [], wasm = readPackageFile(RESVG_WASM) } = options;
  return await drawPng(figure, { ...options, wasm }, async (text) => ({
    fontBuffers: [...(await bundledFonts(text)), ...fonts],
    defaultFontFamily: BUNDLED_FAMILY,
    sansSerifFamily: BUNDLED_FAMILY,
  }));
}
