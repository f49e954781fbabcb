import { Random } from "@heed/core";
import { checkedLines } from "../checked-lines.js";
import { spaceMark, type TextPipeline } from "./text-pipeline.js";

/** Pieces with more characters are counted in parts, which bounds the time of training. */
const maxPiece = 256;

/**
 * Counts the pieces of a training text.
 * @param maxLines - of more lines, a sample is taken; it depends on the lines alone
 */
export function countPieces(
  lines: Iterable<string>,
  pipeline: Pick<TextPipeline, "split">,
  maxLines: number,
): Map<string, number> {
  const counts = new Map<string, number>();
  const add = (piece: string): void => void counts.set(piece, (counts.get(piece) ?? 0) + 1);
  for (const line of sample(checkedLines(lines), maxLines)) {
    for (const piece of pipeline.split(line)) {
      if (piece.length <= maxPiece) add(piece);
      else {
        const characters = Array.from(piece);
        for (let i = 0; i < characters.length; i += maxPiece) add(characters.slice(i, i + maxPiece).join(""));
      }
    }
  }
  return counts;
}

/** Takes a sample of at most `size` lines, each line with the same probability (reservoir sampling, Vitter 1985). */
function sample(lines: Iterable<string>, size: number): string[] {
  const random = new Random(0);
  const kept: string[] = [];
  let seen = 0;
  for (const line of lines) {
    const place = seen < size ? seen : random.integer(0, seen + 1);
    if (place < size) kept[place] = line;
    seen++;
  }
  return kept;
}

/**
 * Returns the characters that become tokens, the most frequent first; equally frequent ones by code point. The mark of a
 * space is always the first.
 *
 * @param coverage - share of all characters of the pieces that the result must cover
 * @param size - largest number of characters
 */
export function alphabetOf(counts: ReadonlyMap<string, number>, coverage: number, size: number): string[] {
  const characters = new Map<string, number>();
  let total = 0;
  for (const [piece, count] of counts) {
    for (const character of piece) {
      // A token must be valid Unicode, so half of a surrogate pair is none.
      if (character === spaceMark || /\p{Surrogate}/u.test(character)) continue;
      total += count;
      characters.set(character, (characters.get(character) ?? 0) + count);
    }
  }
  const ranked = [...characters].sort(([a, m], [b, n]) => n - m || a.codePointAt(0)! - b.codePointAt(0)!);
  const alphabet = [spaceMark];
  let covered = 0;
  for (const [character, count] of ranked) {
    if (covered >= coverage * total || alphabet.length >= size) break;
    alphabet.push(character);
    covered += count;
  }
  return alphabet;
}
