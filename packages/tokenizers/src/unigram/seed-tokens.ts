import { Random } from "@heed/core";
import type { TrainingLattice } from "./training-lattice.js";

/** The most characters of a token. SentencePiece has the same limit. */
const maxTokenLength = 16;

/** The default of the largest number of characters of different pieces, which bounds time and memory. */
const mostCharacters = 2_000_000;

/** A token that training considers. */
export interface Seed {
  readonly text: string;
  /** How often it occurs in the training text. */
  readonly count: number;
  /** Where it first occurs in the training text. */
  readonly position: number;
  /** The number of characters. */
  readonly length: number;
}

/** Limits of {@link seedTokens}. */
interface SeedLimits {
  readonly size: number;
  readonly minFrequency: number;
  readonly maxCharacters?: number;
}

/** Seeds, the characters first, and where they occur. */
export interface Seeds {
  readonly tokens: readonly Seed[];
  readonly lattice: TrainingLattice;
}

/**
 * Finds the tokens that training starts with: all characters, and the frequent parts of pieces. Parts of n characters are
 * counted as pairs of parts of n - 1 characters, so that rare parts are never extended. A part that is always inside the
 * same longer part is no seed.
 *
 * @param pieces - counts by piece
 * @param alphabet - the characters that are tokens; no token reaches over other characters
 * @param limits - `size`: the largest number of seeds; `minFrequency`: parts that occur less often are no seeds; of pieces
 *   with more than `maxCharacters` characters, the most frequent ones are used, and a random sample of equally frequent ones
 */
export function seedTokens(
  pieces: ReadonlyMap<string, number>,
  alphabet: readonly string[],
  { size, minFrequency, maxCharacters = mostCharacters }: SeedLimits,
): Seeds {
  const { characters, begins, counts } = knownText(pieces, alphabet, maxCharacters);
  const levels = [singleCharacters(characters, { begins, counts }, alphabet.length)];
  for (let length = 2; length <= maxTokenLength; length++) {
    const next = longerParts(levels.at(-1)!, { begins, counts }, { length, minFrequency });
    if (next.counts.length === 0) break;
    levels.push(next);
  }
  const seeds = levels.flatMap(({ counts, positions, absorbed }, i) =>
    Array.from(counts, (count, part) => ({ count, part, position: positions[part]!, length: i + 1 })).filter(
      ({ part }) => i > 0 && !absorbed.has(part),
    ),
  );
  const textOf = ({ position, length }: Pick<Seed, "position" | "length">): string =>
    Array.from(characters.subarray(position, position + length), (character) => alphabet[character]!).join("");
  const ranked = seeds
    .map((seed) => ({ ...seed, text: textOf(seed) }))
    .sort((a, b) => b.count * b.length - a.count * a.length || (a.text < b.text ? -1 : 1))
    .slice(0, Math.max(0, size - alphabet.length));
  const single = alphabet.map((text, part) => ({
    ...{ text, part, length: 1 },
    ...{ count: levels[0]!.counts[part]!, position: levels[0]!.positions[part]! },
  }));
  const tokens = [...single, ...ranked];
  const numbers = levels.map(({ counts }) => new Int32Array(counts.length).fill(-1));
  for (const [number, { part, length }] of tokens.entries()) numbers[length - 1]![part] = number;
  return { tokens, lattice: { begins, counts, ...edgesOf(levels, numbers) } };
}

/** The parts of one length. */
interface Level {
  /** For each position, the part that starts there; below 0 when it is too rare or reaches over the end of a piece. */
  readonly at: Int32Array;
  /** How often each part occurs. */
  readonly counts: Float64Array;
  /** Where each part first occurs. */
  readonly positions: Int32Array;
  /** Parts that occur as often as a longer part that contains them. */
  readonly absorbed: Set<number>;
}

const level = (at: Int32Array, size: number): Level => ({
  ...{ at, counts: new Float64Array(size), positions: new Int32Array(size).fill(-1), absorbed: new Set<number>() },
});

type Text = Pick<TrainingLattice, "begins" | "counts">;

/** Returns the pieces as one text of numbers of characters. Pieces are cut at other characters. */
function knownText(
  pieces: ReadonlyMap<string, number>,
  alphabet: readonly string[],
  maxCharacters: number,
): Text & { readonly characters: Int32Array } {
  const numbers = new Map(alphabet.map((character, i) => [character, i]));
  const characters: number[] = [];
  const begins: number[] = [];
  const counts: number[] = [];
  // Sorted first, so that the order of the lines does not matter.
  const sorted = [...pieces].sort(([a], [b]) => (a < b ? -1 : 1));
  const ranked = new Random(0).shuffle(sorted).sort(([, m], [, n]) => n - m);
  for (const [piece, count] of ranked) {
    if (characters.length >= maxCharacters) break;
    let inside = false;
    for (const character of piece) {
      const number = numbers.get(character);
      if (number !== undefined) {
        if (!inside) {
          begins.push(characters.length);
          counts.push(count);
        }
        characters.push(number);
      }
      inside = number !== undefined;
    }
  }
  begins.push(characters.length);
  return {
    characters: Int32Array.from(characters),
    begins: Int32Array.from(begins),
    counts: Float64Array.from(counts),
  };
}

/** Counts the characters. */
function singleCharacters(characters: Int32Array, { begins, counts }: Text, size: number): Level {
  const result = level(characters, size);
  for (let piece = 0; piece < counts.length; piece++) {
    for (let position = begins[piece]!; position < begins[piece + 1]!; position++) {
      const character = characters[position]!;
      if (result.counts[character] === 0) result.positions[character] = position;
      result.counts[character]! += counts[piece]!;
    }
  }
  return result;
}

/** Counts the parts that are one character longer. */
function longerParts(
  { at, counts: shorter, absorbed }: Level,
  { begins, counts }: Text,
  { length, minFrequency }: { readonly length: number; readonly minFrequency: number },
): Level {
  const found = new Map<number, number>();
  const all: { left: number; right: number; count: number; position: number }[] = [];
  const parts = new Int32Array(at.length).fill(-1);
  for (let piece = 0; piece < counts.length; piece++) {
    for (let position = begins[piece]!; position + length <= begins[piece + 1]!; position++) {
      const [left, right] = [at[position]!, at[position + 1]!];
      if (left < 0 || right < 0) continue;
      const key = left * 2 ** 26 + right;
      let part = found.get(key);
      if (part === undefined) {
        part = all.push({ left, right, count: 0, position }) - 1;
        found.set(key, part);
      }
      all[part]!.count += counts[piece]!;
      parts[position] = part;
    }
  }
  const frequent = all.map(({ count }) => count >= minFrequency);
  const kept = all.filter((_, part) => frequent[part]);
  let next = 0;
  const renamed = Int32Array.from(frequent, (yes) => (yes ? next++ : -1));
  const result = level(
    parts.map((part) => renamed[part] ?? -1),
    kept.length,
  );
  for (const [part, { left, right, count, position }] of kept.entries()) {
    result.counts[part] = count;
    result.positions[part] = position;
    if (shorter[left] === count) absorbed.add(left);
    if (shorter[right] === count) absorbed.add(right);
  }
  return result;
}

/**
 * Returns the edges of the lattice.
 * @param numbers - for each level, the token of each part, below 0 for a part that is no token
 */
function edgesOf(
  levels: readonly Level[],
  numbers: readonly Int32Array[],
): Pick<TrainingLattice, "firstEdge" | "token" | "length"> {
  const size = levels[0]!.at.length;
  const tokenAt = (i: number, position: number): number => numbers[i]![levels[i]!.at[position]!] ?? -1;
  const firstEdge = new Int32Array(size + 1);
  for (let position = 0; position < size; position++) {
    let edges = 0;
    for (let i = 0; i < levels.length; i++) if (tokenAt(i, position) >= 0) edges++;
    firstEdge[position + 1] = firstEdge[position]! + edges;
  }
  const token = new Int32Array(firstEdge[size]!);
  const length = new Uint8Array(token.length);
  for (let position = 0, edge = 0; position < size; position++) {
    for (let i = 0; i < levels.length; i++) {
      const found = tokenAt(i, position);
      if (found < 0) continue;
      token[edge] = found;
      length[edge++] = i + 1;
    }
  }
  return { firstEdge, token, length };
}
