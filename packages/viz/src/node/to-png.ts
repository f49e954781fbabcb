import type { Figure } from "../figure.js";
import { drawPng, type PngOptions, RESVG_WASM } from "../to-png.js";
import { BUNDLED_FAMILY, bundledFonts, readPackageFile } from "./png-fonts.js";
import { systemFonts } from "./system-fonts.js";

/** How `toPng` of `@heed/viz/node` draws. */
export interface NodePngOptions extends PngOptions {
  /** Folders with fonts for the scripts that no other font has; default: those of the system. `[]`: none. */
  readonly fontFolders?: readonly string[];
}

/**
 * Draws a figure as a PNG image, like `toPng` of `@heed/viz`, and finds the fonts: Gowun Dodum (Hangul and Latin) comes with
 * the package; then the ones in `fonts`; then, for the characters that all of these lack, fonts of the system.
 *
 * @throws FigureError when `scale` is not a positive number or the image would be larger than 16,384 pixels on a side.
 * @example
 * await writeFile("attention.png", await toPng(figure, { theme: "dark" }));
 */
export async function toPng(figure: Figure, options: NodePngOptions = {}): Promise<Uint8Array> {
  const { fonts = [], fontFolders, wasm = readPackageFile(RESVG_WASM) } = options;
  return await drawPng(
    figure,
    { ...options, wasm },
    {
      first: async (text) => ({
        fontBuffers: [...(await bundledFonts(text)), ...fonts],
        defaultFontFamily: BUNDLED_FAMILY,
        sansSerifFamily: BUNDLED_FAMILY,
      }),
      more: (missing) => systemFonts(missing, fontFolders),
    },
  );
}
