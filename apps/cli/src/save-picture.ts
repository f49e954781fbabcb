import { readFile } from "node:fs/promises";
import type { Figure, LookOptions, Page } from "@heed/viz";
import { saveFigure } from "@heed/viz/node";
import type { Output } from "./output.js";
import { UsageError } from "./usage-error.js";

/** How a command draws its picture. */
export interface PictureOptions {
  readonly theme?: LookOptions["theme"];
  readonly background?: "transparent";
  /** Files of fonts, for PNG. */
  readonly font?: readonly string[];
}

/** A font file larger than this is not read. */
const MAX_FONT_BYTES = 64 * 2 ** 20;

/** Reads the fonts of `--font`. @throws UsageError when a file is no font, or too large */
export async function readFonts(files: readonly string[] = []): Promise<Uint8Array[]> {
  return Promise.all(
    files.map(async (file) => {
      const bytes = await readFile(file);
      if (bytes.length > MAX_FONT_BYTES) {
        throw new UsageError(`--font ${file}: a font has at most 64 MiB, got ${bytes.length} bytes.`);
      }
      const tag = bytes.subarray(0, 4).toString("latin1");
      if (["\0\u0001\0\0", "OTTO", "ttcf", "true", "wOF2"].includes(tag)) return bytes;
      throw new UsageError(`--font ${file}: expected a font (.ttf, .otf, .ttc or .woff2), got another kind of file.`);
    }),
  );
}

/** Writes a picture. A note names the scripts that no font has. */
export async function savePicture(
  drawn: Figure | Page,
  file: string,
  output: Output,
  { theme, background, fonts = [] }: LookOptions & { readonly fonts?: readonly Uint8Array[] } = {},
): Promise<void> {
  const onWarning = (message: string): void => {
    const text = `${file}: ${message}`;
    output.event({ event: "notice", message: text });
    output.print(output.paint("yellow", `note: ${text}`));
  };
  await saveFigure(drawn, file, { ...(theme && { theme }), ...(background && { background }), fonts, onWarning });
}
