import { textWidth, truncate } from "./text.js";

const LABEL_LIMIT = 150; // longer tokens are shortened: a URL must not push the picture off the page
const DIAGONAL = Math.SQRT1_2; // sine and cosine of the 45 degrees that long labels across stand at

/** Between a label and the first cell. */
export const LABEL_GAP = 7;

/** Labels of the columns and rows of cells, as they are drawn, and the room that they take. */
export interface TokenLabels {
  readonly fontSize: number;
  readonly across: readonly string[];
  readonly down: readonly string[];
  /** Whether the labels across stand at 45 degrees, because one is wider than its cell. */
  readonly slanted: boolean;
  /** Whole pixels above the cells that the labels across take, with the gap: cells off the pixels would have seams. */
  readonly top: number;
  /** Whole pixels left of the cells that the labels down take, with the gap. */
  readonly left: number;
  /** How far the labels across reach beyond the last cell. */
  readonly overhang: number;
}

/** Pixels between two cells of a size, through which the background shows; gaps between small cells would flicker. */
export function cellGap(cell: number): number {
  return cell >= 20 ? 1 : 0;
}

/** Fits labels to square cells of a size. */
export function tokenLabels(source: readonly string[], target: readonly string[], cell: number): TokenLabels {
  const fontSize = Math.min(13, Math.max(10, Math.round(cell * 0.45)));
  const measure = (text: string) => textWidth(text, fontSize);
  const shorten = (token: string) => truncate(token, LABEL_LIMIT, measure);
  const across = source.map(shorten);
  const down = target.map(shorten);
  const slanted = across.some((label) => measure(label) > cell - 4);
  const height = slanted ? Math.max(...across.map((label) => (measure(label) + fontSize) * DIAGONAL)) : fontSize * 1.1;
  const reach = (label: string, j: number) => (j + 0.5 - across.length) * cell + measure(label) * DIAGONAL + fontSize;
  return {
    fontSize,
    across,
    down,
    slanted,
    top: Math.ceil(LABEL_GAP + height),
    left: Math.ceil(LABEL_GAP + Math.max(...down.map(measure))),
    overhang: slanted ? Math.max(0, ...across.map(reach)) : 0,
  };
}
