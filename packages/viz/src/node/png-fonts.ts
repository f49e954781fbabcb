import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

/** Family name of the bundled font: Gowun Dodum (SIL Open Font License 1.1), every Hangul syllable and extended Latin. */
export const BUNDLED_FAMILY = "Gowun Dodum";

const PACKAGE = "@fontsource/gowun-dodum";
const files = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();

/** Reads a file of an installed package, once. */
export function readPackageFile(specifier: string): Promise<Uint8Array<ArrayBuffer>> {
  const known = files.get(specifier);
  if (known !== undefined) return known;
  const bytes = readFile(createRequire(import.meta.url).resolve(specifier));
  files.set(specifier, bytes);
  return bytes;
}

/**
 * The parts of the bundled font that a text needs. The font comes in about a hundred parts by range of characters; a
 * picture needs few, and reading all would take longer than drawing. The Latin part is first: it is the base font.
 */
export async function bundledFonts(text: string): Promise<Uint8Array[]> {
  const ranges: unknown = JSON.parse(new TextDecoder().decode(await read("unicode.json")));
  const parts = Object.entries(ranges as Record<string, string>).map(([key, list]) => ({
    name: key.replace(/[[\]]/g, ""),
    ranges: list.split(",").map(parseRange),
  }));
  const needed = new Set(["latin"]);
  for (const code of new Set(Array.from(text, (character) => character.codePointAt(0)!))) {
    if (code < 0x80) continue; // Latin, which is there already
    // Ranges overlap, and not every part has all of its range: take each that may have it.
    for (const { name, ranges } of parts) {
      if (ranges.some(([first, last]) => code >= first && code <= last)) needed.add(name);
    }
  }
  return Promise.all(Array.from(needed, (name) => read(`files/gowun-dodum-${name}-400-normal.woff2`)));
}

function parseRange(range: string): [first: number, last: number] {
  const [first, last = first] = range.replace(/^U\+/i, "").split("-");
  return [Number.parseInt(first!, 16), Number.parseInt(last!, 16)];
}

function read(path: string): Promise<Uint8Array> {
  return readPackageFile(`${PACKAGE}/${path}`);
}
