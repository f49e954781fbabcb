import { HeedError, type Random } from "@heed/core";
import { DataError } from "./data-error.js";
import { UnionFind } from "./union-find.js";

/** Options of {@link splitPairs}. */
export interface SplitOptions {
  /** validation pairs: a whole number of pairs, or a share in (0, 1) of all */
  readonly validation: number;
  /** test pairs, likewise; default 0 */
  readonly test?: number | undefined;
  readonly random: Random;
}

/** What {@link splitPairs} did. */
export interface SplitReport {
  /** groups of pairs that are linked by sentences they share */
  readonly groups: number;
  /** pairs of the largest group */
  readonly largestGroup: number;
  /** the pairs wanted and the pairs got */
  readonly validation: { readonly wanted: number; readonly got: number };
  readonly test: { readonly wanted: number; readonly got: number };
}

/** Pairs in three parts that share no sentence, each in the order of the input. */
export interface Split<Pair> {
  readonly train: Pair[];
  readonly validation: Pair[];
  readonly test: Pair[];
  readonly report: SplitReport;
}

type Side = string | readonly string[];

/**
 * Splits pairs at random such that no source sentence and no target sentence stands in two parts.
 *
 * Pairs that share a source or a target are linked, links chain, and each group of linked pairs goes to one part as a
 * whole; otherwise a translation of a training sentence would be in the test. Sentences are the same when they are equal
 * after Unicode NFC and trimming; empty sides link nothing.
 *
 * Sizes: groups are taken in random order, and one enters a held-out part only if it still fits and is at most a tenth of
 * that part, so that one large group neither overfills a part nor makes up most of it. If that leaves a part short, the
 * smallest remaining groups that fit are added. A part thus never holds more than was asked for, and may hold fewer. What
 * is left, the largest groups among it, trains.
 *
 * @param pairs - pairs of texts or of tokens
 * @throws HeedError where the sizes are impossible
 * @throws DataError where the groups are so large that a part, or the training part, would be empty
 */
export function splitPairs<Pair extends { source: Side; target: Side }>(
  pairs: readonly Pair[],
  { validation, test = 0, random }: SplitOptions,
): Split<Pair> {
  const wanted = {
    validation: wantedSize("validation", validation, pairs.length),
    test: wantedSize("test", test, pairs.length),
  };
  if (wanted.validation + wanted.test >= pairs.length) {
    throw new HeedError(
      `splitPairs: expected more pairs than are held out (${wanted.validation} to validate on, ${wanted.test} to test on), got ${pairs.length}. Give more pairs, or ask for smaller sizes.`,
    );
  }
  const groups = random.shuffle(linkedGroups(pairs));
  const largestGroup = groups.reduce((most, group) => Math.max(most, group.length), 0);
  const left = new Set(groups);
  const part = (size: number): number[] => {
    const chosen: number[] = [];
    const takeFrom = (candidates: Iterable<number[]>, limit: number) => {
      for (const group of candidates) {
        if (group.length > limit || chosen.length + group.length > size) continue;
        for (const i of group) chosen.push(i);
        left.delete(group);
      }
    };
    takeFrom([...left], Math.max(1, size / 10));
    if (chosen.length < size)
      takeFrom(
        [...left].sort((a, b) => a.length - b.length),
        size,
      );
    return chosen;
  };
  const held = { validation: part(wanted.validation), test: part(wanted.test) };
  const train = [...left].flat();
  for (const [name, members, size] of [
    ["validation", held.validation, wanted.validation],
    ["test", held.test, wanted.test],
    ["training", train, 1],
  ] as const) {
    if (size > 0 && members.length === 0) {
      throw new DataError(
        `Pairs with a sentence in common must stay together, so no pairs are left for the ${name} set. Expected small groups of such pairs, got ${groups.length} ${groups.length === 1 ? "group" : "groups"}, the largest of ${largestGroup} of ${pairs.length} pairs. Remove repeated sentences, ask for another size, or give the ${name === "training" ? "validation" : name} set separately.`,
      );
    }
  }
  const pick = (indices: readonly number[]) => [...indices].sort((a, b) => a - b).map((i) => pairs[i] as Pair);
  return {
    train: pick(train),
    validation: pick(held.validation),
    test: pick(held.test),
    report: {
      groups: groups.length,
      largestGroup,
      validation: { wanted: wanted.validation, got: held.validation.length },
      test: { wanted: wanted.test, got: held.test.length },
    },
  };
}

function wantedSize(name: string, size: number, total: number): number {
  if (size > 0 && size < 1) return Math.max(1, Math.round(size * total));
  if (Number.isInteger(size) && size >= 0) return size;
  throw new HeedError(`splitPairs: ${name} must be a whole number of pairs or a share in (0, 1), got ${size}.`);
}

/** The indices of pairs that share a side, directly or through others. */
function linkedGroups(pairs: readonly { source: Side; target: Side }[]): number[][] {
  const sets = new UnionFind(pairs.length);
  for (const side of ["source", "target"] as const) {
    const first = new Map<string, number>();
    for (const [i, pair] of pairs.entries()) {
      const key = sentenceKey(pair[side]);
      if (key === "") continue;
      const earlier = first.get(key);
      if (earlier === undefined) first.set(key, i);
      else sets.union(earlier, i);
    }
  }
  return sets.groups();
}

function sentenceKey(side: Side): string {
  // U+0000 between tokens: ["a b"] and ["a", "b"] are different sequences.
  return (typeof side === "string" ? side : side.join("\0")).normalize("NFC").trim();
}
