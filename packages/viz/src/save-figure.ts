import type { Figure } from "./figure.js";
import { FigureError } from "./figure-error.js";
import { type HtmlOptions, toHtml } from "./to-html.js";
import { type PngOptions, toPng } from "./to-png.js";
import { toSvg } from "./to-svg.js";

/**
 * Writes a figure to a file, as its extension says: `.svg`, `.png` or `.html` (Node only).
 *
 * The file is written under a temporary name beside its place, synced and renamed: it is there whole, or not at all.
 * Folders on the way are made.
 *
 * @throws FigureError when the extension is another one.
 */
export async function saveFigure(figure: Figure, path: string, options: PngOptions & HtmlOptions = {}): Promise<void> {
  const render = renderer(path, options);
  const [{ mkdir, open, rename, rm }, { dirname }] = await Promise.all([
    import("node:fs/promises"),
    import("node:path"),
  ]);
  const content = await render(figure);
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${crypto.randomUUID()}.tmp`;
  try {
    const file = await open(temporary, "wx");
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function renderer(path: string, options: PngOptions & HtmlOptions): (figure: Figure) => Promise<string | Uint8Array> {
  switch (/\.[^./\\]+$/.exec(path)?.[0].toLowerCase()) {
    case ".svg":
      return toSvg;
    case ".png":
      return (figure) => toPng(figure, options);
    case ".html":
      return (figure) => toHtml(figure, options);
    default:
      throw new FigureError(`saveFigure: expected a file name that ends in .svg, .png or .html, got "${path}".`);
  }
}
