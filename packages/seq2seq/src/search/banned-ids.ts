import { idsOf, type Path } from "./hypothesis.js";

/** What no hypothesis may do. */
export interface Bans {
  /** Smallest number of tokens, `<eos>` included. */
  readonly minLength: number;
  /** No group of this many tokens occurs twice; 0: no limit. */
  readonly noRepeatNgram: number;
  /** Phrases that may not occur, as ids. */
  readonly forbidden: readonly (readonly number[])[];
  /** Tokens that are never written. */
  readonly suppress: ReadonlySet<number>;
  readonly eosId: number;
}

/** Returns the tokens that may not follow a path. */
export function bannedIds(
  path: Path,
  { minLength, noRepeatNgram, forbidden, suppress, eosId }: Bans,
): ReadonlySet<number> {
  if (path.length + 1 >= minLength && forbidden.length === 0 && noRepeatNgram === 0) return suppress;
  const banned = new Set(suppress);
  if (path.length + 1 < minLength) banned.add(eosId);
  const ids = idsOf(path);
  for (const phrase of forbidden) {
    const start = ids.length - (phrase.length - 1);
    if (start >= 0 && phrase.slice(0, -1).every((id, i) => ids[start + i] === id)) banned.add(phrase.at(-1)!);
  }
  if (noRepeatNgram > 0 && ids.length >= noRepeatNgram) {
    const tail = ids.slice(ids.length - noRepeatNgram + 1);
    for (let i = 0; i + noRepeatNgram <= ids.length; i++) {
      if (tail.every((id, j) => ids[i + j] === id)) banned.add(ids[i + noRepeatNgram - 1]!);
    }
  }
  return banned;
}
