/** Where a table lies in a font file. */
export interface TableEntry {
  readonly offset: number;
  readonly length: number;
}

/** Returns where the first font of a file begins: a collection (`ttcf`) starts with a list. @param head - 16 bytes */
export function fontOffset(head: DataView): number {
  return head.getUint32(0) === 0x74746366 ? head.getUint32(12) : 0;
}

/** Finds a table in the directory of an OpenType font: entries of tag, checksum, offset and length. */
export function tableEntry(directory: DataView, tag: string): TableEntry | undefined {
  for (let at = 0; at + 16 <= directory.byteLength; at += 16) {
    const name = String.fromCharCode(...[0, 1, 2, 3].map((k) => directory.getUint8(at + k)));
    if (name === tag) return { offset: directory.getUint32(at + 8), length: directory.getUint32(at + 12) };
  }
  return undefined;
}

/**
 * Reads a `cmap` table: whether a font has a character. Formats 4 and 12 are read, which hold Unicode in all fonts of today.
 *
 * @returns undefined when the table has neither format
 */
export function characterCovers(cmap: DataView): ((code: number) => boolean) | undefined {
  const count = cmap.getUint16(2);
  const ranges: [first: number, last: number][] = [];
  for (let k = 0; k < count; k++) {
    const at = cmap.getUint32(4 + 8 * k + 4);
    const format = cmap.getUint16(at);
    if (format === 12) ranges.push(...groups(cmap, at));
    else if (format === 4) ranges.push(...segments(cmap, at));
  }
  if (ranges.length === 0) return undefined;
  return (code) => ranges.some(([first, last]) => code >= first && code <= last);
}

/** The ranges of format 12. */
function groups(cmap: DataView, at: number): [number, number][] {
  const count = cmap.getUint32(at + 12);
  const room = Math.floor((cmap.byteLength - at - 16) / 12);
  return Array.from({ length: Math.min(count, room) }, (_, k): [number, number] => [
    cmap.getUint32(at + 16 + 12 * k),
    cmap.getUint32(at + 16 + 12 * k + 4),
  ]);
}

/** The ranges of format 4. The last one, 0xffff, is no character. */
function segments(cmap: DataView, at: number): [number, number][] {
  const count = cmap.getUint16(at + 6) / 2;
  const end = (k: number) => cmap.getUint16(at + 14 + 2 * k);
  const start = (k: number) => cmap.getUint16(at + 16 + 2 * count + 2 * k);
  return Array.from({ length: count }, (_, k): [number, number] => [start(k), end(k)]).filter(
    ([first]) => first < 0xffff,
  );
}
