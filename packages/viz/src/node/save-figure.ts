import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Figure } from "../figure.js";
import { FigureError } from "../figure-error.js";
import { type HtmlOptions, isPage, type Page } from "../pages/page.js";
import { toHtml } from "../to-html.js";
import { toSvg } from "../to-svg.js";
import { type NodePngOptions, toPng } from "./to-png.js";

/**
 * Writes a figure or a page to a file, as its extension says: `.svg`, `.png` or `.html`; a page, `.html`.
 *
 * The file is written under a temporary name beside its place, synced and renamed: it is there whole, or not at all.
 * Folders on the way are made.
 *
 * @throws FigureError when the extension is another one, or not `.html` for a page.
 */
export async function saveFigure(
  drawn: Figure | Page,
  path: string,
  options: NodePngOptions & HtmlOptions = {},
): Promise<void> {
  const render = renderer(drawn, path, options);
  const content = await render();
  await mkdir(dirname(path), { recursive: true });
  await removeLeftovers(path);
  const temporary = `${path}.${process.pid}-${crypto.randomUUID()}.tmp`;
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
    // The errors of Node name no file when an open one cannot be written.
    if ((error as { path?: unknown }).path !== undefined) throw error;
    throw new FigureError(`saveFigure: cannot write ${path}: ${(error as Error).message}.`, { cause: error });
  }
}

/** Removes the temporary files of `path` whose processes were killed. */
async function removeLeftovers(path: string): Promise<void> {
  const [folder, prefix] = [dirname(path), `${basename(path)}.`];
  for (const name of await readdir(folder)) {
    if (!name.startsWith(prefix)) continue;
    const pid = /^(\d{1,9})-[0-9a-f-]{36}\.tmp$/.exec(name.slice(prefix.length))?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) await rm(join(folder, name), { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as { code?: unknown }).code !== "ESRCH";
  }
}

function renderer(
  drawn: Figure | Page,
  path: string,
  options: NodePngOptions & HtmlOptions,
): () => Promise<string | Uint8Array> {
  const extension = /\.[^./\\]+$/.exec(path)?.[0].toLowerCase();
  if (extension === ".html") return () => toHtml(drawn, options);
  if (isPage(drawn)) {
    throw new FigureError(`saveFigure: an interactive page needs a file name that ends in .html, got "${path}".`);
  }
  if (extension === ".svg") return () => toSvg(drawn, options);
  if (extension === ".png") return () => toPng(drawn, options);
  throw new FigureError(`saveFigure: expected a file name that ends in .svg, .png or .html, got "${path}".`);
}
