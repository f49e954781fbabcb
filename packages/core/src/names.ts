import { distance } from "fastest-levenshtein";

/**
 * Returns the candidate that is most similar to `name`, or `undefined` when none is similar enough. A candidate that begins
 * with `name` comes before all others.
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase();
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  let bestAbbreviated = false;
  for (const candidate of candidates) {
    const offered = candidate.toLowerCase();
    const edits = distance(wanted, offered);
    const abbreviated = wanted.length > 1 && offered.startsWith(wanted);
    const near = edits < wanted.length && edits <= Math.ceil(Math.max(wanted.length, offered.length) / 3);
    const better = abbreviated === bestAbbreviated ? edits < least : abbreviated;
    if ((near || abbreviated) && better) {
      best = candidate;
      least = edits;
      bestAbbreviated = abbreviated;
    }
  }
  return best;
}

/** Returns ` Did you mean "copy"?`, or an empty string when no candidate is similar. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const candidate = nearest(name, candidates);
  return candidate === undefined ? "" : ` Did you mean ${JSON.stringify(candidate)}?`;
}

/** Formats names as `"a", "b", "c"`. */
export function quoted(names: Iterable<string>): string {
  return Array.from(names, (name) => JSON.stringify(name)).join(", ");
}
