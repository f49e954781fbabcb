import { type FileHandle, open, readdir, readFile } from "node:fs/promises";
import { homedir, platform } from "node:os";
import { join } from "node:path";
import { characterCovers, fontOffset, type TableEntry, tableEntry } from "./font-tables.js";

/** Fonts in files larger than this are not read. */
const MAX_FONT_BYTES = 64 * 2 ** 20;
/** Names of faces that do not suit a label, as far as the system has others. */
const UNSUITED = /bold|italic|oblique|black|light|thin|mono|serif(?!less)|condensed/i;

/** A font file, and which characters it has. */
interface SystemFont {
  readonly path: string;
  readonly has: (code: number) => boolean;
}

const known = new Map<string, Promise<SystemFont[]>>();

/**
 * Reads the fonts of this machine that draw some characters: few files, each of which has characters that the ones before
 * it lack.
 *
 * @param characters - the characters, one a string
 * @param folders - where to look, with the folders below
 */
export async function systemFonts(
  characters: readonly string[],
  folders: readonly string[] = fontFolders(),
): Promise<Uint8Array[]> {
  const fonts = (await Promise.all(folders.map(fontsIn))).flat();
  const chosen: Uint8Array[] = [];
  let missing = characters.map((character) => character.codePointAt(0)!);
  while (missing.length > 0) {
    const best = bestFont(fonts, missing);
    if (best === undefined) break;
    chosen.push(await readFile(best.path));
    missing = missing.filter((code) => !best.has(code));
  }
  return chosen;
}

/** The font that has the most of some characters; of equals the one with the plainest name. */
function bestFont(fonts: readonly SystemFont[], codes: readonly number[]): SystemFont | undefined {
  let best: { font: SystemFont; score: number } | undefined;
  for (const font of fonts) {
    const count = codes.filter(font.has).length;
    const score = count - (UNSUITED.test(font.path.replace(/sans[ -]?serif/i, "")) ? 0.5 : 0);
    if (count > 0 && (best === undefined || score > best.score)) best = { font, score };
  }
  return best?.font;
}

/** The folders in which the system and the user keep fonts. */
function fontFolders(): string[] {
  const home = homedir();
  switch (platform()) {
    case "darwin":
      return ["/System/Library/Fonts", "/Library/Fonts", join(home, "Library/Fonts")];
    case "win32":
      return [
        join(process.env.WINDIR ?? "C:\\Windows", "Fonts"),
        join(process.env.LOCALAPPDATA ?? join(home, "AppData\\Local"), "Microsoft\\Windows\\Fonts"),
      ];
    default:
      return ["/usr/share/fonts", "/usr/local/share/fonts", join(home, ".fonts"), join(home, ".local/share/fonts")];
  }
}

/** The readable fonts of a folder, in the order of their names; read once. */
function fontsIn(folder: string): Promise<SystemFont[]> {
  const before = known.get(folder);
  if (before !== undefined) return before;
  const fonts = readFonts(folder);
  known.set(folder, fonts);
  return fonts;
}

async function readFonts(folder: string): Promise<SystemFont[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []); // a system may lack the folder
  const fonts: SystemFont[] = [];
  for (const name of names.filter((each) => /\.(ttf|otf|ttc|otc)$/i.test(each)).sort()) {
    const path = join(folder, name);
    // A damaged font is a font that the system does not have.
    const has = await readCoverage(path).catch(() => undefined);
    if (has !== undefined) fonts.push({ path, has });
  }
  return fonts;
}

/** Reads which characters a font file has. Undefined for a font without outlines, and for one that is too large. */
async function readCoverage(path: string): Promise<((code: number) => boolean) | undefined> {
  const file = await open(path, "r");
  try {
    if ((await file.stat()).size > MAX_FONT_BYTES) return undefined;
    const start = fontOffset(await readAt(file, { offset: 0, length: 16 }));
    const count = (await readAt(file, { offset: start, length: 12 })).getUint16(4);
    const directory = await readAt(file, { offset: start + 12, length: 16 * count });
    const outlines = ["glyf", "CFF ", "CFF2"].some((tag) => tableEntry(directory, tag) !== undefined);
    const entry = tableEntry(directory, "cmap");
    if (!outlines || entry === undefined) return undefined;
    return characterCovers(await readAt(file, entry));
  } finally {
    await file.close();
  }
}

async function readAt(file: FileHandle, { offset, length }: TableEntry): Promise<DataView> {
  if (length > MAX_FONT_BYTES) throw new RangeError(`A table of ${length} bytes is too large.`);
  const bytes = new Uint8Array(length);
  const { bytesRead } = await file.read(bytes, 0, length, offset);
  return new DataView(bytes.buffer, 0, bytesRead);
}
